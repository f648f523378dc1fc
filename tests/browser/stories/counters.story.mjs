// Two people who talk are forwarded and a held one is played to: no codec runs for either.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { music, silence, voices } from "../lib/hearing.mjs";
import { Stage } from "../lib/stage.mjs";

const OBSERVED_MS = 3_000;
const PACKETS_PER_S = 50;

/** How much each counter grew per second while nothing changed. */
async function rates(stage) {
  const from = Date.now();
  const before = await stage.server.metrics();
  await sleep(OBSERVED_MS);
  const after = await stage.server.metrics();
  const seconds = (Date.now() - from) / 1000;
  const per = (name) => {
    assert.ok(name in before, `/metrics has ${name}`);
    return (after[name] - before[name]) / seconds;
  };
  return {
    forwarded: per("trefoil_media_forwarded_total"),
    played: per("trefoil_media_played_total"),
    mixed: per("trefoil_media_mixed_frames_total"),
    decoded: per("trefoil_media_decoded_frames_total"),
    encoded: per("trefoil_media_encoded_frames_total"),
  };
}

function near(value, expected, what) {
  const off = Math.abs(value - expected) / expected;
  assert.ok(off < 0.1, `${what}: ${value.toFixed(1)} per second, expected ${expected}`);
}

function noCodec({ mixed, decoded, encoded }, what) {
  assert.deepEqual({ mixed, decoded, encoded }, { mixed: 0, decoded: 0, encoded: 0 }, what);
}

describe("the counters show", () => {
  test("that two-party calls are forwarded, held legs played to, and only three-way mixed", () =>
    Stage.play("counters", ["alice", "bob", "carol"], async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await stage.hears("connected", { alice: voices("bob"), bob: voices("alice") });
      const connected = await rates(stage);
      near(connected.forwarded, 2 * PACKETS_PER_S, "forwarded in a two-party call");
      noCodec(connected, "a two-party call needs no codec");

      await bob.pressAtCustomer("hold");
      await stage.hears("held", { alice: music, bob: silence });
      const held = await rates(stage);
      near(held.played, PACKETS_PER_S, "played to a held leg");
      assert.equal(held.forwarded, 0, "nothing is forwarded while the customer is held");
      noCodec(held, "a held leg needs no codec");
      await bob.pressAtCustomer("resume");

      await bob.invite("agent-carol", { way: "conference" });
      await carol.answer();
      await stage.hears("three-way", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });
      const mixed = await rates(stage);
      near(mixed.encoded, 3 * PACKETS_PER_S, "encoded in three-way");
      const once = 3 * PACKETS_PER_S;
      const often = `decoded in three-way, ${mixed.decoded.toFixed(1)} per second`;
      assert.ok(mixed.decoded > 0.9 * once && mixed.decoded < 2.1 * once, often);
      for (const [figure, value] of Object.entries(mixed)) {
        stage.measured(`three-way, ${figure}`, value, "per s");
      }
    }));
});
