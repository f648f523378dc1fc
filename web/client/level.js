const QUIETEST_DB = -60;

/** How loud a track is, for a meter on the screen. */
export class LevelMeter {
  #context;
  #source;
  #analyser;
  #samples;

  /**
   * @param {MediaStream} stream
   * @param {AudioContext} context
   */
  constructor(stream, context) {
    this.#context = context;
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source = context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  /** The level from 0 (-60 dBFS and below) to 1 (full scale). */
  read() {
    if (this.#context.state !== "running") return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples);
  }

  close() {
    this.#source.disconnect();
  }
}

/**
 * The level of some samples, from 0 to 1, even in decibels.
 *
 * @param {ArrayLike<number>} samples
 */
export function levelOf(samples) {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  const db = 20 * Math.log10(Math.max(rms, 1e-9));
  return Math.min(1, Math.max(0, 1 - db / QUIETEST_DB));
}
