import { Emitter } from "../client/emitter.js";

/**
 * @typedef {object} SinkEvents
 * @property {boolean} blocked whether the browser waits for a click before it plays sound
 */

/**
 * The loudspeaker: plays the stream of the present leg, and asks for a click where the browser
 * demands one first.
 *
 * @extends {Emitter<SinkEvents & Record<string, unknown>>}
 */
export class Sink extends Emitter {
  #audio = new Audio();
  #blocked = false;

  constructor() {
    super();
    this.#audio.autoplay = true;
    for (const type of ["pointerdown", "keydown"]) {
      addEventListener(type, () => this.#blocked && void this.resume());
    }
  }

  /** @param {MediaStream} stream */
  play(stream) {
    this.#audio.srcObject = stream;
    return this.resume();
  }

  /** Tries again, after a click or once the microphone is open (which counts as consent). */
  async resume() {
    if (this.#audio.srcObject === null) return;
    try {
      await this.#audio.play();
      this.#mark(false);
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#mark(true);
    }
  }

  /** @param {boolean} blocked */
  #mark(blocked) {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.emit("blocked", blocked);
  }
}
