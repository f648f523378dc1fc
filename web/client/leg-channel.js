/** What waits in the browser is of no use: the connection is slower than the writer. */
export const MOST_BUFFERED_BYTES = 64 * 1024;
const READY_WITHIN_MS = 5_000;
const PING_MS = 10_000;
const FIRST_REOPEN_MS = 500;
const LAST_REOPEN_MS = 8_000;
/** A server that closes what is opened so often does not take it. */
const MOST_FAILURES = 3;

/**
 * @typedef {object} ChannelLeg what a channel needs of the leg it lies on
 * @property {(label: string) => Pipe | null} openChannel null where the leg takes no other one
 * @property {() => void} renew
 *
 * @typedef {Pick<RTCDataChannel, "label" | "send" | "close" | "bufferedAmount" | "binaryType"
 *   | "bufferedAmountLowThreshold" | "onopen" | "onclose" | "onmessage"
 *   | "onbufferedamountlow">} Pipe
 *
 * @typedef {{ type: string } & Record<string, any>} Frame
 *
 * @typedef {object} ChannelUse
 * @property {(ready: any) => void} begun the server is there
 * @property {(frame: any) => void} said
 * @property {(bytes: ArrayBuffer) => void} [carried]
 * @property {() => void} room more can be sent
 * @property {(was: boolean) => void} lost whether it had begun
 * @property {() => boolean} [needed] whether it is to be opened again; always, if absent
 * @property {() => void} [failed] the server never lets it begin
 */

/**
 * One data channel of the leg, with the server at its other end: noticed when it is dead, opened
 * again when it breaks, and another one with each fresh leg.
 */
export class LegChannel {
  #leg;
  #label;
  #use;
  /** @type {Pipe | null} */
  #pipe = null;
  #ready = false;
  #heard = false;
  #reopenMs = FIRST_REOPEN_MS;
  #failures = 0;
  /** Whether this person is signed in: without that the server closes what is opened. */
  #live = false;
  /** Whether a channel is to be opened as soon as that is so. */
  #waits = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;

  /**
   * @param {ChannelLeg} leg
   * @param {string} label
   * @param {ChannelUse} use
   */
  constructor(leg, label, use) {
    this.#leg = leg;
    this.#label = label;
    this.#use = use;
  }

  /** Whether the server has said that it is there. */
  get ready() {
    return this.#ready;
  }

  /** Whether there is one, or there will be by itself. */
  get opening() {
    return this.#pipe !== null || this.#waits || this.#watch !== undefined;
  }

  /** How many bytes more the browser should be given at the moment. */
  get room() {
    return this.#pipe === null ? 0 : MOST_BUFFERED_BYTES - this.#pipe.bufferedAmount;
  }

  /** @param {boolean} live whether this person is signed in at the moment */
  setSignalling(live) {
    this.#live = live;
    if (live && this.#waits) this.open();
  }

  /**
   * Takes the channel of a fresh leg; null when there is none any more.
   *
   * @param {Pipe | null} pipe
   */
  attach(pipe) {
    this.#waits = false;
    this.#drop();
    this.#pipe = pipe;
    if (pipe === null) return;
    pipe.binaryType = "arraybuffer";
    pipe.bufferedAmountLowThreshold = MOST_BUFFERED_BYTES / 2;
    pipe.onopen = () => pipe === this.#pipe && this.#expect(READY_WITHIN_MS);
    pipe.onclose = () => pipe === this.#pipe && this.#broken();
    pipe.onmessage = ({ data }) => {
      if (pipe === this.#pipe) this.#receive(data);
    };
    pipe.onbufferedamountlow = () => pipe === this.#pipe && this.#use.room();
  }

  /** Opens one on the leg there is; where that takes no other, the leg is made afresh. */
  open() {
    this.#waits = false;
    const pipe = this.#leg.openChannel(this.#label);
    if (pipe === null) this.#leg.renew();
    else this.attach(pipe);
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it could be sent
   */
  post(frame) {
    return this.#ready && this.#send(JSON.stringify(frame));
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @returns {boolean} whether they could be sent
   */
  carry(bytes) {
    return this.#ready && this.#send(bytes);
  }

  /** @param {string | Uint8Array<ArrayBuffer>} data */
  #send(data) {
    try {
      if (typeof data === "string") this.#pipe?.send(data);
      else this.#pipe?.send(data);
      return this.#pipe !== null;
    } catch {
      // It closes at this moment, and says so in an event.
      return false;
    }
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heard = true;
    if (data instanceof ArrayBuffer) return this.#use.carried?.(data);
    /** @type {Frame} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "ready") this.#begun(frame);
    else if (frame.type !== "pong" && frame.type !== "error") this.#use.said(frame);
  }

  /** @param {Frame} ready */
  #begun(ready) {
    this.#ready = true;
    this.#reopenMs = FIRST_REOPEN_MS;
    this.#failures = 0;
    this.#beat();
    this.#use.begun(ready);
  }

  /** A channel can be dead without being closed; what leaves it shows life too. */
  #beat() {
    clearTimeout(this.#watch);
    const before = this.#pipe?.bufferedAmount ?? 0;
    this.#watch = setTimeout(() => {
      const left = (this.#pipe?.bufferedAmount ?? 0) < before;
      if (!this.#heard && !left) return this.#broken();
      this.#heard = false;
      this.post({ type: "ping" });
      this.#beat();
    }, PING_MS);
  }

  /** @param {number} withinMs for the server to say that it is there */
  #expect(withinMs) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#broken(), withinMs);
  }

  /** The leg may well be up: another channel is opened on it, or else it is made afresh. */
  #broken() {
    if (!this.#ready) this.#failures += 1;
    this.attach(null);
    if (this.#failures >= MOST_FAILURES) this.#use.failed?.();
    if (this.#use.needed?.() === false) return;
    this.#watch = setTimeout(() => {
      this.#watch = undefined;
      if (this.#live) this.open();
      else this.#waits = true;
    }, this.#reopenMs);
    this.#reopenMs = Math.min(this.#reopenMs * 2, LAST_REOPEN_MS);
  }

  #drop() {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    const pipe = this.#pipe;
    const was = this.#ready;
    this.#pipe = null;
    this.#ready = false;
    this.#heard = false;
    this.#use.lost(was);
    pipe?.close();
  }
}
