// A supervisor acts: takes over, transfers in an agent's name, silences, listens as somebody who
// learns, and ends a call for all.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED } from "../lib/supervisor.mjs";
import { Wire } from "../lib/wire.mjs";

const NOTE = "Asked for Carol twice.";
/** From the press of the button: what is on its way is still heard, and browsers buffer. */
const CUT_WITHIN_MS = 1_500;
const TALKING_WITHIN_MS = 2_000;
const SILENT_AT_MOST_MS = 1_000;
/** Before the press, so that a look at it shows what ends or begins. */
const BEFORE_MS = 1_000;

/** Waits until somebody is told of something, and resolves with it. */
function told(wire, kind) {
  return eventually(`a notice of ${kind}`, () => wire.notices(kind).at(-1));
}

describe("a supervisor", () => {
  test("takes over: the agent is out at once, the customer is talked to on", () =>
    Stage.play("take-over", ["alice", "bob", "eve"], takeOver, { config: SUPERVISED }));

  test("transfers on behalf, silences, learns, and ends the call for all", () =>
    Stage.play("acts of a supervisor", ["alice", "bob", "carol", "eve"], acts, {
      config: SUPERVISED,
    }));
});

/** @param {Stage} stage */
async function takeOver(stage) {
  const { alice, bob, eve } = stage.people;
  const atBob = new Wire(bob.page);
  await eve.isAlwaysLoud();
  await stage.connect();
  await eve.opensBoard();
  await eve.monitors();
  await stage.hears("monitored", {
    alice: voices("bob"),
    bob: voices("alice"),
    eve: voices("alice", "bob"),
  });

  const at = await eve.takesOver();
  assert.equal((await told(atBob, "taken_over")).by, "agent:eve");
  await bob.isTold("Eve Ember has taken your place");
  await eventually("the agent's seat is gone", () => bob.at("wrap-up").count());
  await stage.hears("taken over", { alice: voices("eve"), bob: silence, eve: voices("alice") });
  await stage.shoot("taken over");

  const since = at - BEFORE_MS;
  const lastHeard = { alice: await alice.ceasesToHear("bob", since) };
  lastHeard.bob = await bob.ceasesToHear("alice", since);
  for (const [name, moment] of Object.entries(lastHeard)) {
    const tookMs = stage.measured(`take-over to ${name} cut off from the other`, moment - at, "ms");
    assert.ok(tookMs < CUT_WITHIN_MS, `${name} hears the other for ${tookMs} ms more`);
  }
  const talking = await stage.talkingAfter(at, "alice", "eve");
  stage.measured("take-over to talking", talking, "ms");
  assert.ok(talking < TALKING_WITHIN_MS, `customer and supervisor talk after ${talking} ms`);
  const silent = stage.measured("longest silence", await alice.longestSilence(since), "ms");
  assert.ok(silent < SILENT_AT_MOST_MS, `the customer hears nothing for ${silent} ms`);

  const view = await eve.page.evaluate(() => globalThis.trefoil.client.current.view);
  assert.deepEqual(view.owner, { agent: "eve" });
  assert.deepEqual(view.participants.map(({ role }) => role).toSorted(), ["agent", "customer"]);
}

/** @param {Stage} stage */
async function acts(stage) {
  const { alice, bob, carol, eve } = stage.people;
  const [atAlice, atBob, atCarol, atEve] = [alice, bob, carol, eve].map(
    ({ page }) => new Wire(page),
  );
  await Promise.all([carol, eve].map((one) => one.isAlwaysLoud()));
  await stage.connect();
  await eve.opensBoard();

  // Eve is not in it: nobody hears her, and she nobody.
  await eve.transfersOnBehalf("agent-carol", NOTE);
  assert.equal((await told(atBob, "transferred_on_behalf")).by, "agent:eve");
  await bob.isTold("Eve Ember has transferred the customer");
  await carol.at("accept").waitFor();
  assert.ok((await carol.at("incoming-note").textContent()).includes(NOTE));
  await bob.at("wrap-up").waitFor();
  const handedOver = { alice: music, bob: silence, carol: silence, eve: silence };
  await stage.hears("transferred on behalf, ringing", handedOver);
  await carol.answer();
  await carol.phase("connected");
  const connected = { alice: voices("carol"), bob: silence, carol: voices("alice") };
  await stage.hears("transferred on behalf", { ...connected, eve: silence });

  await silences(stage, atCarol);
  await stage.hears("heard again", { ...connected, eve: silence });

  // Carol has Eve listen: she hears all, and all hear what they did.
  await carol.press("invite-listener");
  await carol.at("target-agent-eve").click();
  await carol.press("transfer-submit");
  await eve.press("accept");
  await eve.standing("listener");
  await stage.hears("listened to", { ...connected, eve: voices("alice", "carol") });
  assert.equal((await told(atCarol, "listener_joined")).participant, "agent:eve");

  await eve.endsForAll();
  await alice.at("end-reason").getByText("The call is finished").waitFor();
  await carol.at("wrap-up").waitFor();
  for (const wire of [atAlice, atCarol, atEve]) {
    assert.equal((await told(wire, "ended")).reason, "ended_for_all");
  }
  const nobody = { alice: silence, bob: silence, carol: silence, eve: silence };
  await stage.hears("ended for all", nobody);
  // Who ended it is all that the customer ever learns of her.
  const naming = atAlice.told.filter((message) => JSON.stringify(message).includes("agent:eve"));
  assert.deepEqual(naming.map(({ conversation }) => conversation?.ended?.by), ["agent:eve"]);
}

/** Eve comes, silences Carol, whose page goes on sending its sound, and goes. */
async function silences(stage, atCarol) {
  const { carol, eve } = stage.people;
  await eve.monitors();
  await eve.press("force-mute-agent:carol");
  assert.equal((await told(atCarol, "force_muted")).muted, true);
  await carol.isTold("nobody hears you");
  await carol.page.locator('[data-testid$=":carol"][data-muted="forced"]').waitFor();
  const refusedAs = await carol.page.evaluate(async () => {
    const { client } = globalThis.trefoil;
    return client.mute(client.current.id, false).catch((error) => error.code);
  });
  assert.equal(refusedAs, "not_permitted");
  await stage.hears("silenced", {
    alice: silence,
    bob: silence,
    carol: voices("alice"),
    eve: voices("alice"),
  });
  await stage.shoot("silenced");
  await eve.stops();
  await eventually("Carol is told", () => atCarol.notices("force_muted").at(-1).muted === false);
}
