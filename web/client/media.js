import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { deferred } from "./deferred.js";
/** @import { Deferred } from "./deferred.js" */

/** What has not connected by then rarely does, and a fresh leg costs less than more patience. */
const FIRST_CONNECT_MS = 4_000;
/** A slow path is given longer from the second attempt on. */
const LAST_CONNECT_MS = 8_000;
const DISCONNECTED_FOR_MS = 2_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 4_000;
/** After a change of the network: in a talk a packet comes every 20 ms. */
const HEARD_WITHIN_MS = 1_000;
/** The server takes no more of one leg in its life. */
const MOST_CHANNELS = 2;
/** Changes come in bursts, and the server gives a person 20 legs in a minute. */
const CHECKS_APART_MS = 4_000;

/**
 * ```text
 *  off --open--> connecting --connected--> up
 *   ^                ^ |                   |
 *   +----close-------+ +--retry-- lost <---+  failed, or disconnected for 2 s
 * ```
 *
 * @typedef {"off" | "connecting" | "up" | "lost"} LegState
 *
 * @typedef {object} LegEvents
 * @property {{ state: LegState, error: TrefoilError | null }} state
 * @property {MediaStream} stream what the server sends; another object for each fresh leg
 * @property {RTCDataChannel | null} channel the chats' channel of a fresh leg; null when it is gone
 *
 * @typedef {object} LegOptions
 * @property {(sdp: string) => Promise<string>} connectLeg offer in, answer out
 * @property {typeof globalThis.RTCPeerConnection} [RTCPeerConnection]
 * @property {typeof globalThis.MediaStream} [MediaStream]
 */

/**
 * The person's one leg: a peer connection that is replaced by a fresh one whenever it breaks.
 *
 * The server answers each offer with a new leg for the same person, so coming back never
 * negotiates with a half-dead peer connection.
 *
 * @extends {Emitter<LegEvents & Record<string, unknown>>}
 */
export class Leg extends Emitter {
  #connectLeg;
  #PeerConnection;
  #MediaStream;
  /** @type {LegState} */
  #state = "off";
  /** @type {RTCPeerConnection | null} */
  #peer = null;
  /** How many channels were opened on it. */
  #channels = 0;
  /** @type {RTCRtpSender | null} */
  #sender = null;
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #signalling = false;
  #wanted = false;
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #checked;
  #checkAgain = false;
  /** @type {Deferred<void>} */
  #up = deferred();

  /** @param {LegOptions} options */
  constructor(options) {
    super();
    this.#connectLeg = options.connectLeg;
    this.#PeerConnection = options.RTCPeerConnection ?? globalThis.RTCPeerConnection;
    this.#MediaStream = options.MediaStream ?? globalThis.MediaStream;
  }

  get state() {
    return this.#state;
  }

  /** What the server sends to this person, null before the first leg. */
  get stream() {
    return this.#stream;
  }

  /** For statistics. */
  get peerConnection() {
    return this.#peer;
  }

  /**
   * Opens another channel on the leg there is; null where there is none, or it has had as many as
   * one may have. No negotiation is needed, since every offer has a channel in it.
   *
   * @param {string} label
   */
  openChannel(label) {
    const peer = this.#peer;
    if (peer === null || peer.connectionState === "closed") return null;
    if (this.#channels >= MOST_CHANNELS) return null;
    this.#channels += 1;
    return peer.createDataChannel(label, { ordered: true });
  }

  /** Sets the leg up and keeps it up until `close`; resolves when it is up. */
  open() {
    this.#wanted = true;
    if (this.#state === "off") this.#renew();
    return this.#state === "up" ? Promise.resolve() : this.#up.promise;
  }

  /** Takes the leg down; the server is told by the caller. */
  close() {
    this.#wanted = false;
    this.#checkAgain = false;
    clearTimeout(this.#timer);
    this.#drop();
    this.#enter("off", null);
  }

  /** Replaces the leg by a fresh one, because the server no longer has the old one. */
  renew() {
    if (!this.#wanted) return;
    this.#attempt = 0;
    this.#renew();
  }

  /**
   * The network may have changed: a leg that is not heard any more is replaced by a fresh one, long
   * before the browser would give it up, since it only knows the addresses of its beginning.
   */
  check() {
    if (!this.#wanted || !this.#signalling) return;
    if (this.#checked !== undefined) {
      this.#checkAgain = true;
      return;
    }
    this.#checked = setTimeout(() => {
      this.#checked = undefined;
      if (!this.#checkAgain) return;
      this.#checkAgain = false;
      this.check();
    }, CHECKS_APART_MS);
    const peer = this.#peer;
    if (peer?.connectionState !== "connected") this.renew();
    else this.#replaceUnheard(peer).catch(() => {});
  }

  /**
   * Tells whether offers can reach the server; a broken leg waits until they can. One that seems up
   * is looked at, since the network that took the signalling may have taken the leg.
   *
   * @param {boolean} live
   */
  setSignalling(live) {
    this.#signalling = live;
    if (!live || !this.#wanted) return;
    if (this.#state === "up") this.check();
    else this.renew();
  }

  /**
   * Puts the microphone on the leg, or takes it off.
   *
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(track) {
    this.#track = track;
    await this.#sender?.replaceTrack(track);
  }

  #renew() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#enter("connecting", null);
    if (!this.#signalling) return;
    const peer = this.#build();
    const patience = Math.min(FIRST_CONNECT_MS * 2 ** this.#attempt, LAST_CONNECT_MS);
    this.#timer = setTimeout(() => {
      this.#broken(peer, new TrefoilError("leg_timeout", "No sound path to the server."));
    }, patience);
    this.#negotiate(peer).catch((/** @type {unknown} */ error) => {
      this.#broken(peer, error instanceof TrefoilError ? error : null);
    });
  }

  /** @param {RTCPeerConnection} peer */
  async #replaceUnheard(peer) {
    const before = await received(peer);
    await new Promise((resolve) => setTimeout(resolve, HEARD_WITHIN_MS));
    if (peer !== this.#peer) return;
    const after = await received(peer);
    if (peer === this.#peer && after === before) this.renew();
  }

  #build() {
    const peer = new this.#PeerConnection({ bundlePolicy: "max-bundle" });
    this.#peer = peer;
    this.#channels = 0;
    const { sender } = peer.addTransceiver(this.#track ?? "audio", { direction: "sendrecv" });
    this.#sender = sender;
    peer.ontrack = ({ track }) => {
      if (peer !== this.#peer) return;
      this.#stream = new this.#MediaStream([track]);
      this.emit("stream", this.#stream);
    };
    peer.onconnectionstatechange = () => this.#followed(peer);
    this.emit("channel", this.openChannel("chat"));
    return peer;
  }

  /**
   * The offer goes out before any candidate is known: the server learns our address from our own
   * checks, and a wait for candidates was half of the time it took to connect.
   *
   * @param {RTCPeerConnection} peer
   */
  async #negotiate(peer) {
    await peer.setLocalDescription();
    const sdp = await this.#connectLeg(peer.localDescription?.sdp ?? "");
    if (peer === this.#peer) await peer.setRemoteDescription({ type: "answer", sdp });
  }

  /** @param {RTCPeerConnection} peer */
  #followed(peer) {
    if (peer !== this.#peer) return;
    switch (peer.connectionState) {
      case "connected":
        clearTimeout(this.#timer);
        this.#attempt = 0;
        this.#enter("up", null);
        this.#up.resolve();
        return;
      case "disconnected":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#broken(peer, null), DISCONNECTED_FOR_MS);
        return;
      case "failed":
      case "closed":
        return this.#broken(peer, null);
      case "new":
      case "connecting":
        return;
    }
  }

  /**
   * @param {RTCPeerConnection} peer
   * @param {TrefoilError | null} error
   */
  #broken(peer, error) {
    if (peer !== this.#peer || !this.#wanted) return;
    this.#drop();
    this.#enter("lost", error);
    const own = Math.min(FIRST_RETRY_MS * 2 ** this.#attempt++, LAST_RETRY_MS);
    const delay = Math.max(own, error?.retryAfterMs ?? 0);
    clearTimeout(this.#timer);
    // Without signalling nothing can be negotiated: `setSignalling` goes on.
    this.#timer = setTimeout(() => {
      if (this.#signalling) this.#renew();
    }, delay);
  }

  #drop() {
    if (this.#state === "up") this.#up = deferred();
    const peer = this.#peer;
    this.#peer = null;
    this.#sender = null;
    if (peer === null) return;
    this.emit("channel", null);
    peer.close();
  }

  /**
   * @param {LegState} state
   * @param {TrefoilError | null} error
   */
  #enter(state, error) {
    if (state === this.#state && error === null) return;
    this.#state = state;
    this.emit("state", { state, error });
  }
}

/**
 * How much has come over a peer connection: packets and answers to its checks.
 *
 * @param {RTCPeerConnection} peer
 */
async function received(peer) {
  let count = 0;
  const stats = await peer.getStats();
  stats.forEach((/** @type {RTCIceCandidatePairStats} */ one) => {
    if (one.type !== "candidate-pair") return;
    count += (one.bytesReceived ?? 0) + (one.responsesReceived ?? 0);
  });
  return count;
}
