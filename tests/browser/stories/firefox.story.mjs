// Firefox as a customer's and as an agent's browser: the same calls, the same hearing.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { firefoxMissing } from "../lib/firefox.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage, closeBrowsersOf } from "../lib/stage.mjs";

const skip = await firefoxMissing();
const FRESH_JOINS = 5;
const TALKING = { alice: voices("bob"), bob: voices("alice") };
const BACK_MS = 5_000;

/** A fresh page of alice's calls and bob answers: both hear each other, over the first leg. */
async function joins(stage) {
  const alice = await stage.enter("alice");
  const { bob } = stage.people;
  const calledAt = Date.now();
  await alice.call("support");
  await bob.answer();
  const talking = await eventually("both hear each other", () =>
    stage.talkingAfter(calledAt, "alice", "bob").catch(() => null),
  );
  stage.measured("page opened in Firefox to talking", talking, "ms");
  assert.equal(await alice.connections(), 1, "the first peer connection was the one");
  assert.equal(await bob.connections(), 1, "and the agent's was never replaced");
  return alice;
}

async function hangsUp(stage, alice) {
  const { bob } = stage.people;
  await alice.press("hang-up");
  await bob.press("wrap-up-finish");
  await bob.ready();
  await alice.page.context().close();
}

/** Reloads `name`'s page in a call and waits until both hear each other again. */
async function reloads(stage, name) {
  const { bob } = stage.people;
  const before = await bob.call();
  const reloadedAt = await stage.people[name].reload();
  await stage.hears(`after the reload of ${name}'s page`, TALKING);
  const back = await stage.talkingAfter(reloadedAt, "alice", "bob");
  stage.measured(`reload of ${name}'s page in Firefox to talking`, back, "ms");
  assert.ok(back <= BACK_MS, `talking after ${back} ms`);
  assert.equal((await bob.call()).conversation, before.conversation, "it is the same call");
}

describe("Firefox", () => {
  after(() => closeBrowsersOf("firefox"));

  test("as the customer's browser joins first try and keeps a call over a reload", { skip }, () =>
    Stage.play("customer in Firefox", ["alice", "bob"], async (stage) => {
      await stage.people.bob.signIn();
      for (let nth = 1; nth < FRESH_JOINS; nth += 1) await hangsUp(stage, await joins(stage));
      const alice = await joins(stage);
      await stage.hears("connected", TALKING);
      assert.ok(await alice.playsAloud(), "the page plays what arrives");
      await reloads(stage, "alice");
    }, { kinds: { alice: "firefox" } }));

  test("as an agent's desk answers a call, keeps it over a reload, hands it over", { skip }, () =>
    Stage.play("desk in Firefox", ["alice", "bob", "carol"], async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      assert.equal(await bob.connections(), 1, "the first peer connection was the one");
      await stage.hears("connected", { ...TALKING, carol: silence });
      assert.ok(await bob.playsAloud(), "the page plays what arrives");
      await stage.shoot("connected");
      await reloads(stage, "bob");

      await bob.invite("agent-carol", { note: "From a desk in Firefox." });
      await carol.answer();
      await bob.phase("consult");
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });
      await stage.shoot("consult");
      await bob.press("complete");
      await carol.phase("connected");
      await stage.hears("after complete", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
      await bob.at("wrap-up").waitFor();
    }, { kinds: { bob: "firefox" } }));
});
