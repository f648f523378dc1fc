// Recognises a clip (hold music) in captured sound, wherever in the clip the capture begins, and
// takes it away again, so that whatever else is there stands alone.
import { RATE, decibels, spectrum } from "./spectrum.mjs";

const FRAME = 2_048;
const HOP = 960;
const LOWEST_HERTZ = 120;
const BANDS = 24;
const BANDS_PER_OCTAVE = 4;
/** Quieter than this below full scale, a band says nothing. */
const SILENCE_DB = -80;

/** The clip is taken away piece by piece: a browser drops or repeats some samples now and then. */
const PIECE = 4_096;
/** Rows place the clip to one hop; a browser shifts it by some 10 ms between two pieces. */
const FIRST_SEARCH = 2 * HOP;
const NEXT_SEARCH = 720;
/** Every so many samples are enough to find the place. */
const SPARSE = 4;
/** A piece in which the browser did that does not go away; it is left out when this much stays. */
const STAYS = 0.01;

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
function correlation(rows, others, offset) {
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

function power(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}

/** A known, looping piece of sound. */
export class Clip {
  #samples;
  #rows;

  /** @param {Float32Array} samples the whole clip, mono */
  constructor(samples) {
    this.#samples = samples;
    // The clip loops, so its end is followed by its beginning.
    const looped = new Float32Array(samples.length + FRAME);
    looped.set(samples);
    looped.set(samples.subarray(0, FRAME), samples.length);
    this.#rows = features(looped);
  }

  /**
   * Finds the place of the clip that `samples` are most like.
   *
   * @returns {{ likeness: number, rest: Float32Array, share: number }} likeness 1 is the same, 0
   *   unrelated; the rest is what remains when the clip is taken away there, silent where it could
   *   not be; the share of pieces in which it could
   */
  takeFrom(samples) {
    const rows = features(samples);
    let likeness = 0;
    let row = 0;
    for (let offset = 0; offset < this.#rows.length; offset += 1) {
      const found = correlation(rows, this.#rows, offset);
      if (found > likeness) [likeness, row] = [found, offset];
    }
    return { likeness, ...this.#without(samples, row * HOP) };
  }

  /** `samples` less the clip, which begins near `place`. */
  #without(samples, place) {
    const rest = Float32Array.from(samples);
    let shift = place;
    let search = FIRST_SEARCH;
    let gone = 0;
    for (let start = 0; start < samples.length; start += PIECE) {
      const piece = rest.subarray(start, start + PIECE);
      const before = power(piece);
      shift = this.#align(piece, start + shift, search) - start;
      for (let n = 0; n < piece.length; n += 1) piece[n] -= this.#at(start + shift + n);
      if (power(piece) < STAYS * before) gone += piece.length;
      else piece.fill(0);
      search = NEXT_SEARCH;
    }
    return { rest, share: gone / samples.length };
  }

  /** The place within `search` samples of `near` that leaves least of `piece`. */
  #align(piece, near, search) {
    const around = Float32Array.from({ length: piece.length + 2 * search }, (_, n) =>
      this.#at(near - search + n),
    );
    let best = { left: Infinity, shift: search };
    for (let shift = 0; shift <= 2 * search; shift += 1) {
      let left = 0;
      for (let n = 0; n < piece.length; n += SPARSE) left += (piece[n] - around[shift + n]) ** 2;
      if (left < best.left) best = { left, shift };
    }
    return near - search + best.shift;
  }

  #at(place) {
    const { length } = this.#samples;
    return this.#samples[((place % length) + length) % length];
  }
}
