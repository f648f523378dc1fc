// Two people who talk are forwarded and a held one is played to: no codec runs for either.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { music, silence, voices } from "../lib/hearing.mjs";
import { Stage, closeBrowsers } from "../lib/stage.mjs";

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
    forwarded: per("trefoil_packets_forwarded_total"),
    played: per("trefoil_packets_played_total"),
    mixed: per("trefoil_frames_mixed_total"),
    decoded: per("trefoil_frames_decoded_total"),
    encoded: per("trefoil_frames_encoded_total"),
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
  after(closeBrowsers);

  test("that two-party calls are forwarded, held legs played to, and only three-way mixed", () =>
    Stage.play("counters", ["alice", "bob", "carol"], async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await stage.hears("connected", { alice: voices("bob"), bob: voices("alice") });
      const connected = await rates(stage);
      near(connected.forwarded, 2 * PACKETS_PER_S, "forwarded in a two-party call");
      noCodec(connected, "a two-party call needs no codec");

      await bob.page.locator('[data-testid^="hold-customer:"]').click();
      await stage.hears("held", { alice: music, bob: silence });
      const held = await rates(stage);
      near(held.played, PACKETS_PER_S, "played to a held leg");
      assert.equal(held.forwarded, 0, "nothing is forwarded while the customer is held");
      noCodec(held, "a held leg needs no codec");
      await bob.page.locator('[data-testid^="resume-customer:"]').click();

      await bob.invite("agent-carol", { way: "conference" });
      await carol.answer();
      await stage.hears("three-way", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });
      const mixed = await rates(stage);
      near(mixed.encoded, 3 * PACKETS_PER_S, "encoded in three-way");
      near(mixed.decoded, 3 * PACKETS_PER_S, "decoded in three-way, once per talker");
      for (const [figure, value] of Object.entries(mixed)) {
        stage.measured(`three-way, ${figure}`, value, "per s");
      }
    }));
});
