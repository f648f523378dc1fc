// The server is killed in the middle of a transfer: everybody is back in the same seat and phase.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, ringback, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const BACK_MS = 5_000;

/** Kills the server, starts it again, and proves that nothing has changed for anybody. */
async function survives(stage, phase, expected) {
  const { bob, carol } = stage.people;
  await stage.hears(`${phase}, before`, expected);
  const before = await Promise.all([bob.call(), carol.call()]);

  await stage.server.kill();
  const readyAt = await stage.server.restart();
  await eventually(
    "everybody is back in the same seats, with the same holds and the same offer",
    async () => {
      const live = await Promise.all([bob.isLive(), carol.isLive()]);
      const calls = await Promise.all([bob.call(), carol.call()]);
      return live.every(Boolean) && JSON.stringify(calls) === JSON.stringify(before);
    },
    BACK_MS,
  );
  const seated = Date.now() - readyAt;
  await stage.hears(`${phase}, after`, expected);
  const moments = await Promise.all(
    Object.entries(expected)
      .filter(([, { kind }]) => kind === "voices")
      .flatMap(([listener, { names }]) =>
        names.map((talker) => stage.people[listener].beginsToHear(talker, readyAt)),
      ),
  );
  assert.ok(!moments.includes(null), "all talkers are heard");
  stage.measured(`server up to everybody seated, ${phase}`, seated, "ms");
  if (moments.length > 0) {
    const heard = Math.max(...moments) - readyAt;
    stage.measured(`server up to all talkers heard, ${phase}`, heard, "ms");
    assert.ok(heard <= BACK_MS, `heard after ${heard} ms`);
  }
  await stage.shoot(`${phase} after the restart`);
}

describe("the server is killed and started again", () => {
  test("in consult, and the transfer is completed afterwards", () =>
    Stage.play("server killed in consult", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.answer();
      await bob.phase("consult");
      const consult = { alice: music, bob: voices("carol"), carol: voices("bob") };
      await survives(stage, "consult", consult);

      await bob.press("complete");
      await carol.phase("connected");
      const completed = { alice: voices("carol"), bob: silence, carol: voices("alice") };
      await stage.hears("after complete", completed);
    }));

  test("while the target rings with the customer on hold, and she answers afterwards", () =>
    Stage.play("server killed while the target rings", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol", { holdNow: true });
      await carol.at("accept").waitFor();
      await bob.phase("ringing");
      const ringing = { alice: music, bob: ringback, carol: silence };
      await survives(stage, "ringing", ringing);

      await carol.answer();
      const consult = { alice: music, bob: voices("carol"), carol: voices("bob") };
      await stage.hears("consult", consult);
    }));

  test("in three-way", () =>
    Stage.play("server killed in three-way", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol", { way: "conference" });
      await carol.answer();
      await bob.phase("three_way");
      await survives(stage, "three-way", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });
    }));
});
