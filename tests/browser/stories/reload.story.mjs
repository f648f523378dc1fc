// Somebody reloads the page in a call: back in the same seat of the same conversation, with sound.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, voices } from "../lib/hearing.mjs";
import { Stage } from "../lib/stage.mjs";

const BACK_MS = 3_000;

/** Reloads `name`'s page and proves that each pair of listener and talker hears again in time. */
async function reloads(stage, name, expected) {
  const { bob } = stage.people;
  const before = await bob.call();
  const reloadedAt = await stage.people[name].reload();
  await stage.hears(`after the reload of ${name}'s page`, expected);
  const moments = await Promise.all(
    Object.entries(expected)
      .filter(([listener, { names = [] }]) => listener === name || names.includes(name))
      .flatMap(([listener, { names = [] }]) =>
        names.map((talker) => stage.people[listener].beginsToHear(talker, reloadedAt)),
      ),
  );
  assert.ok(moments.length > 0 && !moments.includes(null), "all talkers are heard");
  const back = Math.max(...moments) - reloadedAt;
  stage.measured(`reload of ${name}'s page to sound both ways`, back, "ms");
  assert.ok(back <= BACK_MS, `back after ${back} ms`);
  const { conversation, seats, phase } = await bob.call();
  assert.deepEqual({ conversation, seats, phase }, {
    conversation: before.conversation,
    seats: before.seats,
    phase: before.phase,
  });
}

describe("a page is reloaded in a call", () => {
  test("the desk's, and the customer's", () =>
    Stage.play("reload in a call", ["alice", "bob"], async (stage) => {
      await stage.connect();
      const connected = { alice: voices("bob"), bob: voices("alice") };
      await stage.hears("connected", connected);
      await reloads(stage, "bob", connected);
      await reloads(stage, "alice", connected);
    }));

  test("the target's, in consult", () =>
    Stage.play("reload in consult", ["alice", "bob", "carol"], async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.answer();
      const consult = { alice: music, bob: voices("carol"), carol: voices("bob") };
      await stage.hears("consult", consult);
      await reloads(stage, "carol", consult);
    }));
});
