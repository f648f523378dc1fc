// The ears themselves: what they say of sound whose content is known.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clip } from "../lib/clip.mjs";
import { CADENCE_FRAMES, hear, marginOf, matches } from "../lib/hearing.mjs";
import { music, ringback, silence, voices } from "../lib/hearing.mjs";
import { RATE, WINDOW } from "../lib/spectrum.mjs";
import { AMPLITUDE, TONES } from "../lib/tone.mjs";

/** Sines of the given amplitudes: `{ 539: 0.25 }`. */
function sines(amplitudes, length = WINDOW) {
  const parts = Object.entries(amplitudes);
  return Float32Array.from({ length }, (_, n) =>
    parts.reduce((sum, [hz, a]) => sum + a * Math.sin((2 * Math.PI * Number(hz) * n) / RATE), 0),
  );
}

/** A melody of equal-tempered notes with overtones and soft ends: music enough for the ears. */
function melody(seconds) {
  const notes = [0, 7, 4, 12, 9, 5, 16, 2, 11, 7, 0, 14];
  return Float32Array.from({ length: seconds * RATE }, (_, n) => {
    const step = Math.floor(n / (RATE / 4));
    const hertz = 220 * 2 ** (notes[(step * 5 + (step >> 3)) % notes.length] / 12);
    const age = (n % (RATE / 4)) / RATE;
    const shape = Math.min(1, age * 50) * Math.exp(-6 * age);
    const wave = [1, 0.5, 0.25].reduce(
      (sum, a, k) => sum + a * Math.sin((2 * Math.PI * hertz * (k + 1) * n) / RATE),
      0,
    );
    return 0.15 * shape * wave;
  });
}

/** Every way to have some of `names` talk while others do not. */
function choices(names) {
  return Array.from({ length: 2 ** names.length - 2 }, (_, n) => {
    const talks = (_name, i) => ((n + 1) >> i) % 2 === 1;
    return [names.filter(talks), names.filter((name, i) => !talks(name, i))];
  });
}

const leak = AMPLITUDE / 10 ** (50 / 20);
const listen = (samples, clip = null) => hear(samples, TONES, clip);

describe("the ears", () => {
  test("hear one tone, and two, at their levels", () => {
    const one = listen(sines({ [TONES.bob]: AMPLITUDE }));
    assert.ok(matches(one, voices("bob")), JSON.stringify(one));
    assert.ok(Math.abs(one.levels.bob + 12) < 0.3, `bob at ${one.levels.bob}`);
    assert.ok(marginOf(one) > 85, `margin ${marginOf(one)}`);

    const two = listen(sines({ [TONES.bob]: AMPLITUDE, [TONES.alice]: AMPLITUDE }));
    assert.ok(matches(two, voices("alice", "bob")));
    assert.ok(!matches(two, voices("alice")));
  });

  test("hear any of the people together, and who leaks 50 dB below them", () => {
    for (const [heard, unheard] of choices(Object.keys(TONES))) {
      const talking = Object.fromEntries(heard.map((name) => [TONES[name], AMPLITUDE]));
      const clear = listen(sines(talking));
      assert.ok(matches(clear, voices(...heard)), `${heard}: ${JSON.stringify(clear)}`);
      for (const name of unheard) {
        const finding = listen(sines({ ...talking, [TONES[name]]: leak }));
        const says = `${heard}, ${name} leaking: ${JSON.stringify(finding)}`;
        assert.ok(Math.abs(marginOf(finding) - 50) < 1, says);
        assert.ok(!matches(finding, voices(...heard)), says);
      }
    }
  });

  test("do not let a talker through who leaks 50 dB below", () => {
    const leaking = listen(sines({ [TONES.bob]: AMPLITUDE, [TONES.carol]: leak }));
    assert.equal(leaking.kind, "voices");
    assert.deepEqual(leaking.names, ["bob"]);
    assert.ok(Math.abs(marginOf(leaking) - 50) < 1, `margin ${marginOf(leaking)}`);
    assert.ok(!matches(leaking, voices("bob")));
  });

  test("tell music from its absence, from a tone, and from other music", () => {
    const song = melody(20);
    const clip = new Clip(song);
    const piece = song.subarray(7.3 * RATE, 7.3 * RATE + WINDOW);
    assert.ok(matches(listen(piece, clip), music), JSON.stringify(listen(piece, clip)));

    const backwards = piece.toReversed();
    assert.equal(listen(backwards, clip).kind, "unknown");
    const hum = sines({ 300: AMPLITUDE });
    assert.equal(listen(hum, clip).kind, "unknown");
  });

  test("hear music through a browser that repeated some samples", () => {
    const song = melody(20);
    const repeated = new Float32Array(WINDOW);
    repeated.set(song.subarray(5 * RATE, 5 * RATE + 40_960));
    repeated.set(song.subarray(5 * RATE + 40_500, 5 * RATE + 40_500 + WINDOW - 40_960), 40_960);
    const finding = listen(repeated, new Clip(song));
    assert.ok(matches(finding, music), JSON.stringify(finding));
  });

  test("find a leaking talker under music", () => {
    const song = melody(20);
    const spoken = sines({ [TONES.bob]: leak });
    const piece = song.subarray(RATE, RATE + WINDOW).map((sample, n) => sample + spoken[n]);
    const finding = listen(piece, new Clip(song));
    assert.equal(finding.kind, "music");
    assert.ok(Math.abs(marginOf(finding) - 50) < 1, `margin ${marginOf(finding)}`);
    assert.ok(!matches(finding, music));
  });

  test("do not take a talker over music for the talker alone", () => {
    const song = melody(2);
    const over = sines({ [TONES.bob]: AMPLITUDE }).map((sample, n) => sample + song[n]);
    assert.ok(!matches(listen(over), voices("bob")));
  });

  test("know a ringback by its cadence", () => {
    const steady = sines({ 425: 0.1 }, CADENCE_FRAMES);
    assert.notEqual(listen(steady).kind, "ringback");
    for (const shift of [0, 1.7, 3.1, 4.9]) {
      const ring = steady.map((sample, n) => ((n / RATE + shift) % 5 < 1 ? sample : 0));
      assert.ok(matches(listen(ring), ringback), `shifted by ${shift} s`);
    }
  });

  test("know silence", () => {
    assert.ok(matches(listen(new Float32Array(WINDOW)), silence));
    assert.ok(!matches(listen(sines({ 1000: 0.001 })), silence));
  });
});
