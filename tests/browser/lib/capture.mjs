// Reads what a page's ear has recorded.
import { CADENCE_FRAMES } from "./hearing.mjs";
import { RATE } from "./spectrum.mjs";

/**
 * The last samples that arrived at `page`, oldest first.
 *
 * @returns {Promise<{ samples: Float32Array, endsAtMs: number, tracks: number }>} `endsAtMs` is the
 *   wall clock at the last sample, the same clock for every browser and for the stories.
 */
export async function capture(page, frames = CADENCE_FRAMES) {
  const taken = await page.evaluate((count) => globalThis.__ear.take(count), frames);
  const bytes = Buffer.from(taken.samples, "base64");
  const samples = new Float32Array(bytes.length / 4);
  for (let n = 0; n < samples.length; n += 1) samples[n] = bytes.readFloatLE(n * 4);
  return { samples, endsAtMs: taken.endsAtMs, tracks: taken.tracks };
}

/** Everything that arrived since `momentMs` of the wall clock, and the moment it begins. */
export async function captureSince(page, momentMs) {
  const frames = Math.ceil(((Date.now() - momentMs) * RATE) / 1000);
  const { samples, endsAtMs } = await capture(page, frames);
  const beginsAtMs = endsAtMs - (samples.length * 1000) / RATE;
  const skip = Math.max(0, Math.round(((momentMs - beginsAtMs) * RATE) / 1000));
  return { samples: samples.subarray(skip), beginsAtMs: beginsAtMs + (skip * 1000) / RATE };
}
