/** @import { Notice, PersonId } from "../client/types.js" */

/** One short sound: frequencies in hertz, start and length in seconds. */
/** @typedef {readonly [hertz: number, at: number, lasts: number]} Note */

/**
 * @typedef {"failed" | "left" | "joined" | "whisper" | "alone" | "silenced" | "message"} ToneName
 */

/** @type {Readonly<Record<ToneName, readonly Note[]>>} */
const NOTICES = {
  /** An invitation came to nothing. */
  failed: [
    [392, 0, 0.16],
    [311, 0.18, 0.28],
  ],
  /** The customer is gone. */
  left: [
    [523, 0, 0.14],
    [392, 0.16, 0.14],
    [262, 0.32, 0.34],
  ],
  /** Somebody came in. */
  joined: [
    [392, 0, 0.12],
    [523, 0.13, 0.2],
  ],
  /** Somebody is there who is no part of the talk: a coach, or one who learns. */
  whisper: [
    [784, 0, 0.07],
    [784, 0.12, 0.07],
    [988, 0.24, 0.14],
  ],
  /** And is gone again. */
  alone: [
    [988, 0, 0.07],
    [784, 0.12, 0.16],
  ],
  /** One is silenced, or one's place is taken. */
  silenced: [
    [330, 0, 0.1],
    [330, 0.15, 0.1],
    [330, 0.3, 0.1],
  ],
  /** Somebody has written. */
  message: [[880, 0, 0.12]],
};

/** @type {Readonly<Partial<Record<Notice["kind"], ToneName>>>} */
const TONES = {
  offer_ended: "failed",
  call_declined: "failed",
  call_not_answered: "failed",
  customer_left: "left",
  participant_joined: "joined",
  coach_started: "whisper",
  listener_joined: "whisper",
  coach_stopped: "alone",
  listener_left: "alone",
  force_muted: "silenced",
  taken_over: "silenced",
  transferred_on_behalf: "silenced",
  observing_ended: "silenced",
};

/** @type {readonly Note[]} two soft bell strokes */
const RING = [
  [659, 0, 0.5],
  [988, 0.02, 0.4],
  [659, 0.35, 0.6],
  [988, 0.37, 0.5],
];
const RING_EVERY_MS = 2_400;

/**
 * The tone to a notice, if it has one. Of a monitor there is no notice: it stays unnoticed.
 *
 * @param {Notice} notice
 * @param {PersonId | undefined} self
 * @returns {ToneName | null}
 */
export function toneOf({ kind, participant, muted }, self) {
  // Who comes in oneself hears it by the talk.
  if (kind === "participant_joined" && participant === self) return null;
  if (kind === "force_muted" && muted !== true) return "joined";
  return TONES[kind] ?? null;
}

/** The desk's own sounds: they are made here and never travel to anybody. */
export class Tones {
  #context;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ringing;

  /** @param {AudioContext} context */
  constructor(context) {
    this.#context = context;
  }

  /** @param {boolean} on */
  ring(on) {
    if (on === (this.#ringing !== undefined)) return;
    clearInterval(this.#ringing);
    this.#ringing = undefined;
    if (!on) return;
    this.#play(RING, 0.16);
    this.#ringing = setInterval(() => this.#play(RING, 0.16), RING_EVERY_MS);
  }

  /** @param {ToneName | null} name */
  notice(name) {
    if (name !== null) this.#play(NOTICES[name], 0.09);
  }

  /**
   * @param {readonly Note[]} notes
   * @param {number} loudness
   */
  #play(notes, loudness) {
    if (this.#context.state !== "running") void this.#context.resume();
    for (const [hertz, at, lasts] of notes) {
      const start = this.#context.currentTime + at;
      const gain = this.#context.createGain();
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(loudness, start + 0.012);
      gain.gain.exponentialRampToValueAtTime(0.0005, start + lasts);
      const oscillator = this.#context.createOscillator();
      oscillator.frequency.value = hertz;
      oscillator.connect(gain).connect(this.#context.destination);
      oscillator.start(start);
      oscillator.stop(start + lasts);
    }
  }
}
