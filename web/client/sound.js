import { within } from "./deferred.js";
import { TrefoilError } from "./errors.js";
import { Leg } from "./media.js";
import { Microphone } from "./microphone.js";
/** @import { Call } from "./call.js" */
/** @import { LegOptions } from "./media.js" */
/** @import { AudioProcessing } from "./microphone.js" */
/** @import { ConversationId, DeskView } from "./types.js" */

/** How long a caller waits for the sound path, two attempts, before the call is given up. */
const LEG_WITHIN_MS = 10_000;
/** How long the server may call a leg down that is up here, before it is made afresh. */
const DISAGREE_FOR_MS = 3_000;

/**
 * @typedef {object} SoundOptions
 * @property {Pick<MediaDevices, "getUserMedia">} [mediaDevices]
 * @property {AudioProcessing} [audio]
 * @property {boolean} [keepMicrophone] keeps it open between calls: answers sooner, light stays on
 *
 * @typedef {object} Situation what the conversations ask of leg and microphone
 * @property {boolean} warm whether the leg is kept up between calls
 * @property {Call | undefined} seat the conversation this person sits in or observes
 * @property {boolean} rings whether a call rings here
 * @property {boolean} writes whether the leg's channel is needed; that takes no microphone
 * @property {(id: ConversationId) => Call | undefined} known
 * @property {DeskView | null} desk
 */

/** One person's leg and microphone, brought to what the conversations need. */
export class Sound {
  leg;
  microphone;
  #keep;
  #calling = false;
  #priming = false;
  /** @type {ConversationId | null} accepted here, but the seat is not shown yet */
  #answering = null;
  /** Whether the microphone sends what it hears; while a call only rings here it sends nothing. */
  #enabled = false;
  #microphoneWanted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #disagreement;

  /** @param {SoundOptions & LegOptions} options */
  constructor(options) {
    const devices = options.mediaDevices ?? globalThis.navigator?.mediaDevices;
    this.leg = new Leg(options);
    this.microphone = new Microphone(devices, options.audio);
    this.#keep = options.keepMicrophone ?? false;
    this.microphone.on("track", (track) => {
      if (track !== null) track.enabled = this.#enabled;
      void this.leg.setTrack(track);
    });
    this.leg.on("state", () => this.#agree());
  }

  /**
   * A session begins: what was broken can be made afresh through it.
   *
   * @param {boolean} known whether the server has a live leg of this person
   */
  begin(known) {
    this.leg.setSignalling(true);
    if (!known && this.leg.state === "up") this.leg.renew();
  }

  /** Asks for the permission ahead of the first call. */
  async prime() {
    this.#priming = true;
    this.#want(true);
    await this.microphone.open().catch(() => {});
    this.#priming = false;
  }

  /**
   * Holds leg and microphone ready while a call is being placed.
   *
   * @template T
   * @param {() => Promise<T>} place
   * @returns {Promise<T>}
   */
  async whileCalling(place) {
    this.#calling = true;
    try {
      this.#want(true);
      await this.microphone.open();
      const late = new TrefoilError("leg_timeout", "The sound could not be set up.");
      await within(this.leg.open(), LEG_WITHIN_MS, late);
      return await place();
    } finally {
      this.#calling = false;
    }
  }

  /**
   * Lets the microphone be heard beside the accept, and keeps it until the seat is shown.
   *
   * @param {ConversationId} id
   * @param {Promise<unknown>} accepted
   */
  async whileAnswering(id, accepted) {
    this.#answering = id;
    this.enable(true);
    this.#want(true);
    try {
      await accepted;
    } catch (error) {
      this.#answering = null;
      throw error;
    }
  }

  /**
   * A microphone takes a moment to open, a wireless one a second or two. It therefore opens as a
   * call rings here, silenced, so that the first words after the answer are heard. So it is for a
   * supervisor who listens and may speak at the next moment; who only learns needs none.
   *
   * @param {Situation} situation
   */
  follow({ warm, seat, rings, writes, known, desk }) {
    if (this.#answering !== null && (seat !== undefined || known(this.#answering) === undefined)) {
      this.#answering = null;
    }
    const talking = seat !== undefined || this.#calling || this.#answering !== null;
    if (talking || warm || writes) this.leg.open().catch(() => {});
    else if (this.leg.state !== "off") this.leg.close();
    this.enable(seat === undefined ? talking : seat.speaks);
    const silent = seat !== undefined && !seat.maySpeak;
    this.#want((talking && !silent) || rings || this.#priming || this.#keep);
    const down = seat?.me?.presence === "reconnecting" || desk?.you.leg === "down";
    if (!down || this.leg.state !== "up") {
      this.#agree();
    } else if (this.#disagreement === undefined) {
      this.#disagreement = setTimeout(() => this.leg.renew(), DISAGREE_FOR_MS);
      // Mostly the server is right: its word takes less time than the browser's own finding.
      this.leg.check();
    }
  }

  /** @param {boolean} enabled false silences the microphone without closing it */
  enable(enabled) {
    this.#enabled = enabled;
    const { track } = this.microphone;
    if (track !== null) track.enabled = enabled;
  }

  close() {
    this.#agree();
    this.leg.close();
    this.#want(false);
  }

  #agree() {
    clearTimeout(this.#disagreement);
    this.#disagreement = undefined;
  }

  /** @param {boolean} wanted */
  #want(wanted) {
    // Only a change opens it: a refused permission is not asked for again at every view.
    if (wanted === this.#microphoneWanted) return;
    this.#microphoneWanted = wanted;
    // A failure is told by the microphone's `state` event.
    if (wanted) this.microphone.open().catch(() => {});
    else this.microphone.release();
  }
}
