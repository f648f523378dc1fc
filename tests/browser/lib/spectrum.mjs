// Levels of single frequencies in a piece of sound: a strong window, one FFT, decibels.

/** Sample rate of everything captured and generated here. */
export const RATE = 48_000;

/** Length of one analysis window: 1.37 s, so that one bin is 0.73 Hz wide. */
export const WINDOW = 65_536;

/** What a level of nothing at all is called, in dBFS. */
export const FLOOR_DB = -200;

// Four-term Blackman-Harris: side lobes 92 dB down, main lobe four bins to either side.
const TERMS = [0.35875, -0.48829, 0.14128, -0.01168];
const MAIN_LOBE_BINS = 4;

const windows = new Map();

function windowOf(length) {
  const known = windows.get(length);
  if (known) return known;
  const made = Float64Array.from({ length }, (_, n) =>
    TERMS.reduce((sum, term, k) => sum + term * Math.cos((2 * Math.PI * k * n) / length), 0),
  );
  windows.set(length, made);
  return made;
}

/** @param {number} amplitude of a sine, 1 being full scale */
export function decibels(amplitude) {
  return amplitude > 1e-10 ? 20 * Math.log10(amplitude) : FLOOR_DB;
}

/** Root mean square of `samples`, as the level of a sine of the same power. */
export function loudness(samples) {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return decibels(Math.sqrt((2 * power) / Math.max(1, samples.length)));
}

/** In-place radix-2 transform. */
function transform(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) butterflies(re, im, size);
}

function butterflies(re, im, size) {
  const half = size / 2;
  const step = (-2 * Math.PI) / size;
  for (let k = 0; k < half; k += 1) {
    const c = Math.cos(step * k);
    const s = Math.sin(step * k);
    for (let i = k; i < re.length; i += size) {
      const j = i + half;
      const xr = re[j] * c - im[j] * s;
      const xi = re[j] * s + im[j] * c;
      re[j] = re[i] - xr;
      im[j] = im[i] - xi;
      re[i] += xr;
      im[i] += xi;
    }
  }
}

/** Amplitude per bin of `samples` (a power of two of them), a full-scale sine reading 1. */
export function spectrum(samples) {
  const n = samples.length;
  const shape = windowOf(n);
  const re = Float64Array.from(samples, (sample, i) => sample * shape[i]);
  const im = new Float64Array(n);
  transform(re, im);
  const scale = 2 / (n * TERMS[0]);
  return Float64Array.from({ length: n / 2 }, (_, k) => Math.hypot(re[k], im[k]) * scale);
}

/** The highest level in dBFS within the main lobe around `hertz`. */
export function levelAt(bins, hertz) {
  const centre = Math.round((hertz * bins.length * 2) / RATE);
  const around = bins.subarray(centre - MAIN_LOBE_BINS, centre + MAIN_LOBE_BINS + 1);
  return decibels(Math.max(...around));
}

/**
 * How loud one frequency is over time: a level in dBFS every `hop` samples, each taken from
 * `length` samples under a Hann window. Short windows blur frequencies: keep tones 100 Hz apart.
 */
export function envelope(samples, hertz, { length = 1920, hop = 480 } = {}) {
  const shape = Float64Array.from(
    { length },
    (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length)) / (length / 4),
  );
  const cos = Float64Array.from(shape, (w, n) => w * Math.cos((2 * Math.PI * hertz * n) / RATE));
  const sin = Float64Array.from(shape, (w, n) => w * Math.sin((2 * Math.PI * hertz * n) / RATE));
  const levels = [];
  for (let start = 0; start + length <= samples.length; start += hop) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < length; n += 1) {
      re += samples[start + n] * cos[n];
      im += samples[start + n] * sin[n];
    }
    levels.push(decibels(Math.hypot(re, im)));
  }
  return levels;
}
