import { Emitter } from "./emitter.js";
import { MicrophoneError } from "./errors.js";

/**
 * @typedef {object} AudioProcessing
 * @property {boolean} [echoCancellation]
 * @property {boolean} [noiseSuppression]
 * @property {boolean} [autoGainControl]
 *
 * @typedef {"off" | "opening" | "on" | "failed"} MicrophoneState
 *
 * @typedef {object} MicrophoneEvents
 * @property {{ state: MicrophoneState, error: MicrophoneError | null }} state
 * @property {MediaStreamTrack | null} track
 */

/** @type {Required<AudioProcessing>} */
const SPEECH = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/**
 * The person's microphone: open while it is wanted and not a moment longer, so that the browser's
 * recording light tells the truth.
 *
 * @extends {Emitter<MicrophoneEvents & Record<string, unknown>>}
 */
export class Microphone extends Emitter {
  #devices;
  #processing;
  #wanted = false;
  /** @type {string | null} */
  #deviceId = null;
  /** @type {MicrophoneState} */
  #state = "off";
  /** @type {MicrophoneError | null} */
  #error = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  /** @type {Promise<MediaStreamTrack> | null} */
  #opening = null;

  /**
   * @param {Pick<MediaDevices, "getUserMedia"> | undefined} devices absent on insecure pages
   * @param {AudioProcessing} [processing]
   */
  constructor(devices, processing = {}) {
    super();
    this.#devices = devices;
    this.#processing = { ...SPEECH, ...processing };
  }

  get state() {
    return this.#state;
  }

  /** Why there is no sound, null while all is well. */
  get error() {
    return this.#error;
  }

  get track() {
    return this.#track;
  }

  /**
   * Opens the microphone, or waits for the opening under way.
   *
   * @returns {Promise<MediaStreamTrack>}
   */
  open() {
    this.#wanted = true;
    if (this.#track !== null) return Promise.resolve(this.#track);
    this.#opening ??= this.#acquire().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Stops the microphone; its light goes out. */
  release() {
    this.#wanted = false;
    if (this.#track === null) return;
    this.#track.onended = null;
    this.#track.stop();
    this.#changeTrack(null);
    this.#enter("off", null);
  }

  /**
   * Takes another device, at once if the microphone is open.
   *
   * @param {string | null} deviceId null for the system's choice
   */
  async choose(deviceId) {
    this.#deviceId = deviceId;
    if (this.#track === null) return;
    this.release();
    await this.open();
  }

  async #acquire() {
    this.#enter("opening", null);
    try {
      if (this.#devices === undefined) throw new MicrophoneError("insecure");
      const stream = await this.#devices.getUserMedia({ audio: this.#constraints() });
      const track = stream.getAudioTracks()[0];
      if (track === undefined) throw new MicrophoneError("missing");
      this.#opened(track);
      return track;
    } catch (cause) {
      const error = MicrophoneError.from(cause);
      this.#enter("failed", error);
      throw error;
    }
  }

  #constraints() {
    const { echoCancellation, noiseSuppression, autoGainControl } = this.#processing;
    const device = this.#deviceId === null ? {} : { deviceId: { exact: this.#deviceId } };
    return { echoCancellation, noiseSuppression, autoGainControl, ...device };
  }

  /** @param {MediaStreamTrack} track */
  #opened(track) {
    if (!this.#wanted) {
      track.stop();
      this.#enter("off", null);
      return;
    }
    // Fires when the device is unplugged or the permission is taken away, not on our own stop().
    track.onended = () => {
      this.#changeTrack(null);
      this.#enter("failed", new MicrophoneError("failed"));
    };
    this.#changeTrack(track);
    this.#enter("on", null);
  }

  /** @param {MediaStreamTrack | null} track */
  #changeTrack(track) {
    this.#track = track;
    this.emit("track", track);
  }

  /**
   * @param {MicrophoneState} state
   * @param {MicrophoneError | null} error
   */
  #enter(state, error) {
    this.#state = state;
    this.#error = error;
    this.emit("state", { state, error });
  }
}
