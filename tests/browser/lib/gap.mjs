// Moments in captured sound: when a tone begins, and how long it is missing.
import { HEARD_DB, SILENCE_DB } from "./hearing.mjs";
import { RATE, envelope, loudness } from "./spectrum.mjs";

const LENGTH = 1_920;
const HOP = 240;
const HOP_MS = (HOP * 1000) / RATE;
const LENGTH_MS = (LENGTH * 1000) / RATE;
/** A tone passes the threshold as soon as it fills this part of the analysed piece. */
const EDGE = 0.18;
/** Some 60 dB below full scale: above the rounding of samples, below any clip or tone. */
const AUDIBLE = 0.001;
/** A tone counts as heard when it stays for so long. */
const STEADY_MS = 200;
/**
 * A busy machine drops some sound now and then; only a longer absence means not yet heard. Of
 * several the longest counts, so that one more dropout, seconds later, is no beginning.
 */
const DROPOUT_MS = 100;

function presence(samples, hertz) {
  return envelope(samples, hertz, { length: LENGTH, hop: HOP }).map((level) => level > HEARD_DB);
}

/**
 * The wall clock at which `hertz` begins to be heard in a capture: the end of its longest absence,
 * or null while it is not heard.
 *
 * @param {{ samples: Float32Array, beginsAtMs: number }} captured
 */
export function onset({ samples, beginsAtMs }, hertz) {
  const flags = presence(samples, hertz);
  let begins = 0;
  let longest = DROPOUT_MS / HOP_MS;
  let missing = 0;
  for (const [i, heard] of flags.entries()) {
    if (heard && missing > longest) [begins, longest] = [i, missing];
    missing = heard ? 0 : missing + 1;
  }
  const steady = (flags.length - begins) * HOP_MS;
  if (missing > 0 || steady < STEADY_MS) return null;
  const beforeIt = begins === 0 ? 0 : (1 - EDGE) * LENGTH_MS;
  return beginsAtMs + begins * HOP_MS + beforeIt;
}

/**
 * The wall clock at which `hertz` was last heard in a capture: the beginning of the absence it ends
 * with, or null while it is heard.
 *
 * @param {{ samples: Float32Array, beginsAtMs: number }} captured
 */
export function ending({ samples, beginsAtMs }, hertz) {
  const flags = presence(samples, hertz);
  const last = flags.lastIndexOf(true);
  if ((flags.length - 1 - last) * HOP_MS < STEADY_MS) return null;
  return last === -1 ? beginsAtMs : beginsAtMs + last * HOP_MS + EDGE * LENGTH_MS;
}

/** The wall clock at which anything at all begins to be heard in a capture, or null. */
export function firstSound({ samples, beginsAtMs }) {
  const at = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  return at === -1 ? null : beginsAtMs + (at * 1000) / RATE;
}

/** The length in ms of the longest run of `false`. */
function longestAbsence(flags) {
  let longest = 0;
  let missing = 0;
  for (const flag of flags) {
    missing = flag ? 0 : missing + HOP_MS;
    longest = Math.max(longest, missing);
  }
  return longest;
}

/** The longest time in ms without any sound in a capture. */
export function longestSilence({ samples }) {
  const pieces = Array.from({ length: Math.floor(samples.length / HOP) }, (_, n) =>
    samples.subarray(n * HOP, (n + 1) * HOP),
  );
  return longestAbsence(pieces.map((piece) => loudness(piece) > SILENCE_DB));
}

/** The longest time in ms for which `hertz` is missing from a capture. */
export function longestGap({ samples }, hertz) {
  const longest = longestAbsence(presence(samples, hertz));
  // A gap shorter than the analysed piece only dents the level.
  return longest === 0 ? 0 : longest + (1 - 2 * EDGE) * LENGTH_MS;
}
