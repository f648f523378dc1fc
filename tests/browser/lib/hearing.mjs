// From captured samples to what a person hears: whose tones, which clip, or nothing.
import {
  FLOOR_DB,
  RATE,
  WINDOW,
  decibels,
  envelope,
  levelAt,
  loudness,
  spectrum,
} from "./spectrum.mjs";
import { AMPLITUDE } from "./tone.mjs";

/** A tone louder than this is heard. */
export const HEARD_DB = -40;
/** Whoever is not heard lies at least so far below whoever is. */
export const MARGIN_DB = 60;
/** Quieter than this there is nothing but the rounding of samples. */
export const SILENCE_DB = -90;
/** The level at which a tone arrives when it is heard alone. */
export const TONE_DB = decibels(AMPLITUDE);

/** Everything but what is heard is quieter than this: no music under a voice, or the reverse. */
const REST_DB = -25;
/** What Opus blurs around a loud tone belongs to the tone. */
const SKIRT_HERTZ = 60;
const MUSIC_LIKENESS = 0.9;
/** Bins over which the window spreads the power of one sine. */
const NOISE_BINS = 2.0044;
/** The clip can be taken away from at least this much of a window. */
const LEAST_SHARE = 0.6;
const RINGBACK_HERTZ = 425;
const RINGBACK_DB = -45;
/** Long enough for one whole cadence, one second on and four off, wherever it begins. */
export const CADENCE_FRAMES = 7 * RATE;
const SHORTEST_BURST_MS = 300;
const SHORTEST_PAUSE_MS = 700;
const HOP_MS = 10;

/** What somebody is expected to hear. */
export const music = Object.freeze({ kind: "music" });
export const ringback = Object.freeze({ kind: "ringback" });
export const silence = Object.freeze({ kind: "silence" });
/** @param {...string} names whose tones */
export const voices = (...names) => ({ kind: "voices", names: names.toSorted() });

/** An expectation or a finding, for people. */
export function say({ kind, names }) {
  return kind === "voices" ? names.join(" + ") : kind;
}

/** Runs of equal answers in `flags`, each with its length in ms. */
function runsOf(flags) {
  const runs = [];
  for (const flag of flags) {
    if (runs.at(-1)?.flag === flag) runs.at(-1).ms += HOP_MS;
    else runs.push({ flag, ms: HOP_MS });
  }
  return runs;
}

/** True when 425 Hz comes and goes as a ringback tone does. */
export function isRingback(samples) {
  const on = envelope(samples, RINGBACK_HERTZ).map((level) => level > RINGBACK_DB);
  const runs = runsOf(on);
  const whole = runs.slice(1, -1);
  const bursts = whole.filter((run) => run.flag && run.ms >= SHORTEST_BURST_MS);
  const pauses = runs.filter((run) => !run.flag && run.ms >= SHORTEST_PAUSE_MS);
  return bursts.length > 0 && pauses.length > 0;
}

/** The level of everything in `bins` that is not near one of `frequencies`. */
function restOf(bins, frequencies) {
  const binHertz = RATE / (2 * bins.length);
  let power = 0;
  for (let bin = 0; bin < bins.length; bin += 1) {
    const near = frequencies.some((hertz) => Math.abs(bin * binHertz - hertz) < SKIRT_HERTZ);
    if (!near) power += bins[bin] ** 2;
  }
  return decibels(Math.sqrt(power / NOISE_BINS));
}

function levelsOf(bins, tones) {
  return Object.fromEntries(
    Object.entries(tones).map(([name, hertz]) => [name, levelAt(bins, hertz)]),
  );
}

/**
 * What one window of sound contains.
 *
 * @param {Float32Array} samples at least {@link WINDOW} of them; a ringback needs a whole cadence
 * @param {Record<string, number>} tones hertz by name
 * @param {import("./clip.mjs").Clip | null} clip the hold music
 */
export function hear(samples, tones, clip) {
  const window = samples.subarray(samples.length - WINDOW);
  const bins = spectrum(window);
  const levels = levelsOf(bins, tones);
  const names = Object.keys(levels).filter((name) => levels[name] > HEARD_DB);
  const level = loudness(window);
  const heard = names.map((name) => tones[name]);
  const finding = { levels, loudness: level, rest: restOf(bins, heard), likeness: 0 };
  if (names.length > 0) return { ...finding, kind: "voices", names: names.toSorted() };
  if (isRingback(samples)) {
    return { ...finding, kind: "ringback", rest: restOf(bins, [RINGBACK_HERTZ]) };
  }
  if (level < SILENCE_DB) return { ...finding, kind: "silence" };
  return { ...finding, ...(clip === null ? { kind: "unknown" } : underMusic(window, tones, clip)) };
}

/** Whether the clip is heard and, the clip taken away, which tones at what level. */
function underMusic(window, tones, clip) {
  const { likeness, rest, share } = clip.takeFrom(window);
  if (likeness < MUSIC_LIKENESS) return { likeness, share, kind: "unknown" };
  // Whoever talks under the music talks in all of it: what is left out only lowers the level.
  const lowered = decibels(Math.max(share, LEAST_SHARE));
  const levels = levelsOf(spectrum(rest), tones);
  for (const name of Object.keys(levels)) levels[name] -= lowered;
  const kind = share >= LEAST_SHARE ? "music" : "unknown";
  return { likeness, share, levels, rest: loudness(rest) - lowered, kind };
}

/**
 * How far the loudest unheard tone lies below the quietest heard one; where no tone is heard,
 * below the level at which one would be.
 */
export function marginOf({ levels, names = [] }) {
  const heard = names.length > 0 ? Math.min(...names.map((name) => levels[name])) : TONE_DB;
  const unheard = Object.keys(levels).filter((name) => !names.includes(name));
  return heard - Math.max(FLOOR_DB, ...unheard.map((name) => levels[name]));
}

/** Whether `finding` is exactly what `expected` says, with the margin kept. */
export function matches(finding, expected) {
  if (finding.kind !== expected.kind) return false;
  if (expected.kind === "voices" && say(finding) !== say(expected)) return false;
  if (finding.kind !== "silence" && finding.rest > REST_DB) return false;
  return marginOf(finding) >= MARGIN_DB;
}
