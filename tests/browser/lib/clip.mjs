// Recognises a clip (hold music) in captured sound, wherever in the clip the capture begins.
import { RATE, decibels, spectrum } from "./spectrum.mjs";

const FRAME = 2_048;
const HOP = 960;
const LOWEST_HERTZ = 120;
const BANDS = 24;
const BANDS_PER_OCTAVE = 4;
/** Quieter than this below full scale, a band says nothing. */
const SILENCE_DB = -80;

/** Level per band and frame: what a piece of sound looks like from afar. */
function features(samples) {
  const rows = [];
  for (let start = 0; start + FRAME <= samples.length; start += HOP) {
    rows.push(bandsOf(spectrum(samples.subarray(start, start + FRAME))));
  }
  return rows;
}

function bandsOf(bins) {
  const row = new Float64Array(BANDS);
  for (let band = 0; band < BANDS; band += 1) {
    const from = Math.round((edge(band) * FRAME) / RATE);
    const to = Math.max(from + 1, Math.round((edge(band + 1) * FRAME) / RATE));
    let power = 0;
    for (let bin = from; bin < to; bin += 1) power += bins[bin] ** 2;
    row[band] = Math.max(SILENCE_DB, decibels(Math.sqrt(power)));
  }
  return row;
}

const edge = (band) => LOWEST_HERTZ * 2 ** (band / BANDS_PER_OCTAVE);

/** Pearson's correlation of two runs of rows of equal length. */
function likeness(rows, others, offset) {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let syy = 0;
  let sxy = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i];
    const other = others[(offset + i) % others.length];
    for (let band = 0; band < BANDS; band += 1) {
      const x = row[band];
      const y = other[band];
      sx += x;
      sy += y;
      sxx += x * x;
      syy += y * y;
      sxy += x * y;
    }
    n += BANDS;
  }
  const spread = Math.sqrt((sxx - (sx * sx) / n) * (syy - (sy * sy) / n));
  return spread > 1e-6 ? (sxy - (sx * sy) / n) / spread : 0;
}

/** A known, looping piece of sound. */
export class Clip {
  #rows;

  /** @param {Float32Array} samples the whole clip, mono */
  constructor(samples) {
    // The clip loops, so its end is followed by its beginning.
    const looped = new Float32Array(samples.length + FRAME);
    looped.set(samples);
    looped.set(samples.subarray(0, FRAME), samples.length);
    this.#rows = features(looped);
  }

  /** How much `samples` is like the best-matching place of the clip: 1 is the same, 0 unrelated. */
  likenessOf(samples) {
    const rows = features(samples);
    let best = 0;
    for (let offset = 0; offset < this.#rows.length; offset += 1) {
      best = Math.max(best, likeness(rows, this.#rows, offset));
    }
    return best;
  }
}
