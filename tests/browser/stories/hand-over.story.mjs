// An agent leaves while the colleague still rings: whatever becomes of it, the customer is never
// left in silence and never sent away.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { guest } from "../lib/guest.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const NOTE = "Wants her money back; be kind.";
const RECALL_RING_S = 4;
const RECALL_PAUSE_S = 2;
const SOON_MS = 3_000;
const CONFIG = `
[timers]
recall_ring_s = ${RECALL_RING_S}
recall_pause_s = ${RECALL_PAUSE_S}

[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["support"]

[[demo.agent]]
id = "dave"
name = "Dave Diaz"
teams = ["billing"]
`;
const TALKING = { alice: voices("bob"), bob: voices("alice") };
/** A busy machine drops some sound; a customer who is left alone misses more than this. */
const SILENCE_MS = 300;
/** From the press of the button; most of it is the browser opening the microphone. */
const ANSWERED_MS = 1_000;

/** Bob's call with Alice, whom he hands over to `agent` with a note; the moment he left. */
async function handsOver(stage, agent) {
  const { alice, bob } = stage.people;
  await bob.invite(`agent-${agent.name}`, { note: NOTE });
  await agent.at("accept").waitFor();
  await bob.press("leave");
  const leftAt = await bob.pressedAt();
  await bob.at("wrap-up").waitFor();
  assert.ok(await alice.at("hang-up").count(), "the customer's call goes on");
  return leftAt;
}

/** The customer heard something at any time since then. */
async function neverInSilence(stage, sinceMs, when) {
  const silent = await stage.people.alice.longestSilence(sinceMs - 200);
  stage.measured(`longest silence of the customer, ${when}`, silent, "ms");
  assert.ok(silent <= SILENCE_MS, `${silent} ms of silence, ${when}`);
}

/** A try to ring Bob again. */
async function isRecalled(bob, withinMs) {
  await eventually("Bob is rung again", () => bob.at("accept").count(), withinMs);
  const words = await bob.at("incoming").textContent();
  assert.match(words, /Your transfer was not taken: the customer is back/);
  assert.ok(words.includes(NOTE), "with the note");
}

/** It waits in the queue before Fred, and the next agent gets it, with the note. */
async function nextAgentHasIt(stage) {
  const { alice, carol } = stage.people;
  await carol.signInToRing();
  assert.equal(await carol.at("incoming-name").textContent(), "Alice", "before who came later");
  assert.ok((await carol.at("incoming-note").textContent()).includes(NOTE));
  await stage.hears("the next agent rings", { alice: music, carol: silence });
  const answeredAt = await carol.answer();
  await carol.phase("connected");
  await stage.hears("answered", { alice: voices("carol"), carol: voices("alice") });
  const talking = await stage.talkingAfter(answeredAt, "alice", "carol");
  assert.ok(talking <= ANSWERED_MS, `talking after ${talking} ms`);
  assert.equal(await alice.connections(), 1, "over the leg of the beginning");
}

describe("a customer is handed over", () => {
  test("and comes back at the second try of a recall; handed over again, is answered", () =>
    Stage.play("hand-over recalled", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await stage.connect();
      await stage.hears("connected", TALKING);
      const { conversation } = await bob.call();

      const leftAt = await handsOver(stage, carol);
      await stage.hears("handed over", { alice: music, bob: silence, carol: silence });
      await carol.decline("In a meeting");
      await isRecalled(bob, SOON_MS);
      await stage.hears("recalled", { alice: music, bob: silence });
      await bob.ringsNoMore(RECALL_RING_S * 1_000 + SOON_MS);
      await isRecalled(bob, RECALL_PAUSE_S * 1_000 + SOON_MS);
      const backAt = await bob.answer();
      await stage.hears("they talk again", TALKING);
      const back = await stage.talkingAfter(backAt, "alice", "bob");
      stage.measured("answer of a recall to talking", back, "ms");
      assert.ok(back <= ANSWERED_MS, `talking after ${back} ms`);
      assert.equal((await bob.call()).conversation, conversation, "in the same conversation");
      await neverInSilence(stage, leftAt, "from leaving to a recall answered");

      const againAt = await handsOver(stage, carol);
      const answeredAt = await carol.answer();
      const talk = { alice: voices("carol"), carol: voices("alice"), bob: silence };
      await stage.hears("answered", talk);
      const talking = await stage.talkingAfter(answeredAt, "alice", "carol");
      stage.measured("answer of a hand-over to talking", talking, "ms");
      assert.ok(talking <= ANSWERED_MS, `talking after ${talking} ms`);
      assert.equal((await carol.call()).conversation, conversation, "in the same conversation");
      await neverInSilence(stage, againAt, "from leaving to the answer");
      assert.ok(await alice.playsAloud(), "and the page plays it");
    }, { config: CONFIG }));

  test("and no recall is answered: first in the queue, with the note for the next agent", () =>
    Stage.play("hand-over requeued", ["alice", "bob", "carol"], async (stage) => {
      const { bob } = stage.people;
      const dave = await guest(stage, "dave", "bob");
      const fred = await guest(stage, "fred", "alice", Customer);
      await bob.signIn();
      await dave.signIn();
      await stage.people.alice.call("support");
      await bob.answer();
      await fred.call("support");
      await stage.hears("connected, another waits", { ...TALKING, fred: music });

      const leftAt = await handsOver(stage, dave);
      await dave.decline("Not mine");
      await isRecalled(bob, SOON_MS);
      await bob.ringsNoMore(RECALL_RING_S * 1_000 + SOON_MS);
      await isRecalled(bob, RECALL_PAUSE_S * 1_000 + SOON_MS);
      await bob.ringsNoMore(RECALL_RING_S * 1_000 + SOON_MS);
      await bob.isTold(/The customer waits in the queue/, SOON_MS);
      await nextAgentHasIt(stage);
      await neverInSilence(stage, leftAt, "from leaving to the next agent");
      await stage.hears("the other waits on", { fred: music });
    }, { config: CONFIG }));

  test("by an agent who has gone: first in the queue at once", () =>
    Stage.play("hand-over of who has gone", ["alice", "bob", "carol"], async (stage) => {
      const { bob } = stage.people;
      const dave = await guest(stage, "dave", "carol");
      await bob.signIn();
      await dave.signIn();
      await stage.people.alice.call("support");
      await bob.answer();
      await stage.hears("connected", TALKING);

      const leftAt = await handsOver(stage, dave);
      await bob.page.close();
      await dave.decline("Not mine");
      const waits = async () =>
        (await stage.people.alice.at("screen").textContent()).includes("You are next");
      await eventually("the customer is told of its place", waits, SOON_MS);
      delete stage.people.bob;
      await nextAgentHasIt(stage);
      await neverInSilence(stage, leftAt, "from leaving to the next agent");
    }, { config: CONFIG }));
});
