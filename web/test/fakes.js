/** The far ends of the SDK, played by hand. */

/** A WebSocket whose server is the test. */
export class FakeSocket {
  /** @type {FakeSocket[]} every socket opened so far */
  static all = [];

  /** @type {any[]} what the client sent, parsed */
  sent = [];
  closed = false;
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number }) => void) | null} */
  onclose = null;

  /**
   * @param {string} url
   * @param {string} protocol
   */
  constructor(url, protocol) {
    this.url = url;
    this.protocol = protocol;
    FakeSocket.all.push(this);
  }

  static get last() {
    const socket = FakeSocket.all.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  /** @param {unknown} message */
  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** @param {object} [more] */
  welcomes(more = {}) {
    this.onopen?.();
    this.says({ ...WELCOME, ...more });
  }

  /** @param {number} [code] */
  breaks(code = 1006) {
    this.onclose?.({ code });
  }

  /** @param {string} name */
  asked(name) {
    return this.sent.filter((one) => one.type === "request" && one.command.name === name);
  }
}

export const AS_WEBSOCKET = /** @type {typeof WebSocket} */ (/** @type {unknown} */ (FakeSocket));

export const WELCOME = {
  type: "welcome",
  protocol: 1,
  server: "trefoil/0.1.0",
  session: "s-1",
  cursor: 5,
  resumed: false,
  person: { id: "agent:bob", role: "agent", name: "Bob", teams: ["support"] },
  ping_interval_ms: 5_000,
};

/** A microphone's track. */
export class FakeTrack {
  kind = "audio";
  enabled = true;
  stopped = false;
  /** @type {(() => void) | null} */
  onended = null;

  stop() {
    this.stopped = true;
  }
}

/** Devices that hand out tracks, or the failure the test asks for. */
export class FakeDevices {
  /** @type {FakeTrack[]} */
  tracks = [];
  /** @type {string | null} name of the DOMException to fail with */
  failure = null;
  /** @type {any[]} */
  constraints = [];

  /** @param {any} constraints */
  async getUserMedia(constraints) {
    this.constraints.push(constraints);
    if (this.failure !== null) throw new DOMException("no", this.failure);
    const track = new FakeTrack();
    this.tracks.push(track);
    return /** @type {any} */ ({ getAudioTracks: () => [track] });
  }
}

/** A data channel whose far end is the test. */
export class FakeChannel {
  /** @type {any[]} what the client sent, parsed */
  sent = [];
  closed = false;
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {(() => void) | null} */
  onclose = null;
  /** @type {((event: { data: unknown }) => void) | null} */
  onmessage = null;
  /** @type {(() => void) | null} */
  onbufferedamountlow = null;

  /**
   * @param {string} label
   * @param {object} options
   */
  constructor(label, options) {
    this.label = label;
    this.options = options;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  /** @param {unknown} frame */
  says(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** @param {string} type */
  frames(type) {
    return this.sent.filter((one) => one.type === type);
  }
}

/** A peer connection that connects when the test says so. */
export class FakePeer {
  /** @type {FakePeer[]} */
  static all = [];

  iceGatheringState = "complete";
  connectionState = "new";
  closed = false;
  /** @type {unknown} what the sender carries */
  track = null;
  /** @type {string | null} */
  answer = null;
  localDescription = { sdp: "offer" };
  /** How many bytes have come. */
  received = 0;
  /** @type {(() => void) | null} */
  onconnectionstatechange = null;
  /** @type {((event: { track: unknown }) => void) | null} */
  ontrack = null;

  constructor() {
    FakePeer.all.push(this);
  }

  static get last() {
    const peer = FakePeer.all.at(-1);
    if (peer === undefined) throw new Error("no peer connection was made");
    return peer;
  }

  /** @param {unknown} track */
  addTransceiver(track) {
    this.track = track === "audio" ? null : track;
    const replaceTrack = async (/** @type {unknown} */ other) => {
      this.track = other;
    };
    return { sender: { replaceTrack } };
  }

  /** @type {FakeChannel[]} those opened on it */
  channels = [];

  /**
   * @param {string} label
   * @param {object} options
   */
  createDataChannel(label, options) {
    const channel = new FakeChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  async setLocalDescription() {}

  async getStats() {
    const pair = { type: "candidate-pair", bytesReceived: this.received, responsesReceived: 1 };
    return new Map([["pair", pair]]);
  }

  /** @param {{ sdp: string }} description */
  async setRemoteDescription({ sdp }) {
    this.answer = sdp;
  }

  close() {
    this.closed = true;
  }

  /** @param {string} state */
  becomes(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

export const AS_PEER_CONNECTION = /** @type {typeof RTCPeerConnection} */ (
  /** @type {unknown} */ (FakePeer)
);

export const AS_MEDIA_STREAM = /** @type {typeof MediaStream} */ (
  /** @type {unknown} */ (
    class {
      /** @param {unknown[]} tracks */
      constructor(tracks) {
        this.tracks = tracks;
      }
    }
  )
);

/** Lets every promise that can go on go on. */
export async function settled() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
