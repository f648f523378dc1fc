// Moments and gaps in made-up sound.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ending, longestGap, longestSilence, onset } from "../lib/gap.mjs";
import { RATE } from "../lib/spectrum.mjs";
import { AMPLITUDE, TONES } from "../lib/tone.mjs";

const EXACT_MS = 8;

/** Two seconds of Bob's tone, present where `present` of the milliseconds says so. */
function spoken(present) {
  const samples = Float32Array.from({ length: 2 * RATE }, (_, n) =>
    present((n * 1000) / RATE) ? AMPLITUDE * Math.sin((2 * Math.PI * TONES.bob * n) / RATE) : 0,
  );
  return { samples, beginsAtMs: 10_000 };
}

function near(actual, expected) {
  assert.ok(Math.abs(actual - expected) < EXACT_MS, `${actual} is not near ${expected}`);
}

describe("a tone", () => {
  test("is heard from the moment on at which it begins", () => {
    near(onset(spoken((ms) => ms > 700), TONES.bob), 10_700);
    near(onset(spoken((ms) => ms < 300 || ms > 900), TONES.bob), 10_900);
    near(onset(spoken(() => true), TONES.bob), 10_000);
  });

  test("is not taken for a beginning after a dropout", () => {
    const dropped = spoken((ms) => ms > 500 && (ms < 1_200 || ms > 1_280));
    near(onset(dropped, TONES.bob), 10_500);
    const often = spoken((ms) => ms > 500 && (ms < 1_200 || ms > 1_400));
    near(onset(often, TONES.bob), 10_500);
  });

  test("is not heard when it is another's, or gone again", () => {
    assert.equal(onset(spoken(() => true), TONES.alice), null);
    assert.equal(onset(spoken((ms) => ms < 1_500), TONES.bob), null);
  });

  test("is last heard where it ends, dropouts before it or not", () => {
    near(ending(spoken((ms) => ms < 900), TONES.bob), 10_900);
    near(ending(spoken((ms) => ms < 900 && (ms < 300 || ms > 500)), TONES.bob), 10_900);
    near(ending(spoken(() => false), TONES.bob), 10_000);
    assert.equal(ending(spoken(() => true), TONES.bob), null);
    assert.equal(ending(spoken((ms) => ms < 300 || ms > 900), TONES.bob), null);
  });

  test("has gaps of their length", () => {
    near(longestGap(spoken((ms) => ms < 600 || ms > 1_000), TONES.bob), 400);
    assert.equal(longestGap(spoken(() => true), TONES.bob), 0);
    near(longestSilence(spoken((ms) => ms < 600 || ms > 1_000)), 400);
  });
});
