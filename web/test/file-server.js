import { createHash } from "node:crypto";
import { mock } from "node:test";
import { Files } from "../client/files.js";
import { FakeStorage } from "./chat-server.js";
/** @import { Unsent } from "../client/outbox.js" */
/** @import { BlobStore } from "../client/upload-store.js" */
/** @import { FileRef, Message } from "../client/types.js" */

/** The files' side of the server, played step by step. */

// The same hash at once, and not from a thread that a busy machine lets wait.
mock.method(crypto.subtle, "digest", async (/** @type {string} */ _, /** @type {any} */ bytes) => {
  const digest = createHash("sha256").update(new Uint8Array(bytes)).digest();
  return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.length);
});

export const CHUNK = 4;
export const LIMITS = {
  bytes: 100,
  types: ["image/png", "text/plain"],
  chunk_bytes: CHUNK,
  ahead_bytes: 12,
};

/** @typedef {{ offer: any, bytes: number[] }} Part */

/** What the server has on its disk. */
export class FileServer {
  /** @type {Map<string, Part>} by upload */
  parts = new Map();
  /** @type {Map<number, Uint8Array>} what can be fetched, by number of message */
  files = new Map();
  /** @type {object | null} with what the next offer is refused */
  refusal = null;
  limits = LIMITS;
  /** @type {FileSession[]} */
  sessions = [];

  get last() {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error("no channel was opened");
    return session;
  }

  connect() {
    const session = new FileSession(this);
    this.sessions.push(session);
    return session;
  }
}

/** One channel: what was sent waits in both directions until the test lets it go on. */
export class FileSession {
  #server;
  /** @type {any[]} frames and chunks */
  inbox = [];
  /** @type {any[]} */
  outbox = [];
  /** @type {any[]} all frames that were sent by the client */
  seen = [];
  /** How many chunks have come. */
  chunks = 0;
  /** The most that was on its way beyond what was written. */
  ahead = 0;
  /** @type {string | null} the upload under way */
  #upload = null;
  #open = true;

  /** @param {FileServer} server */
  constructor(server) {
    this.#server = server;
    /** @type {import("../client/leg-channel.js").Pipe} */
    this.pipe = {
      label: "files",
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      binaryType: "arraybuffer",
      onopen: null,
      onclose: null,
      onmessage: null,
      onbufferedamountlow: null,
      send: (/** @type {any} */ data) => {
        this.inbox.push(typeof data === "string" ? JSON.parse(data) : new Uint8Array(data));
        this.#count();
      },
      close: () => this.cut(),
    };
    this.outbox.push({ type: "ready", limits: server.limits });
  }

  #count() {
    const waiting = this.inbox.filter((one) => one instanceof Uint8Array);
    const bytes = waiting.reduce((sum, one) => sum + one.length, 0);
    this.ahead = Math.max(this.ahead, bytes);
  }

  /** Lets one frame or chunk of the client's arrive; says whether there was one. */
  hears() {
    const frame = this.inbox.shift();
    if (frame === undefined) return false;
    if (frame instanceof Uint8Array) this.#writes(frame);
    else {
      this.seen.push(frame);
      if (frame.type === "offer") this.#offered(frame);
      if (frame.type === "abort") this.#server.parts.delete(frame.upload);
      if (frame.type === "fetch") this.#sends(frame);
      if (frame.type === "ping") this.outbox.push({ type: "pong" });
    }
    return true;
  }

  /** @param {any} offer */
  #offered(offer) {
    const { upload } = offer;
    this.#upload = null;
    if (this.#server.refusal !== null) {
      this.outbox.push({ type: "refused", upload, error: this.#server.refusal });
      return;
    }
    const part = this.#server.parts.get(upload) ?? { offer, bytes: [] };
    this.#server.parts.set(upload, part);
    this.#upload = upload;
    const { length: offset } = part.bytes;
    const name = `clean-${offer.name}`;
    this.outbox.push({ type: "go", upload, file: `f-${upload}`, name, offset });
    this.#keeps(part);
  }

  /** @param {Uint8Array} chunk */
  #writes(chunk) {
    this.chunks += 1;
    const part = this.#server.parts.get(this.#upload ?? "");
    if (part === undefined) return;
    part.bytes.push(...chunk);
    this.outbox.push({ type: "got", upload: this.#upload, offset: part.bytes.length });
    this.#keeps(part);
  }

  /** @param {Part} part */
  #keeps({ offer, bytes }) {
    if (bytes.length < offer.bytes) return;
    this.#upload = null;
    this.outbox.push({ type: "kept", upload: offer.upload, file: `f-${offer.upload}` });
  }

  /** @param {any} fetch */
  #sends({ conversation, number, offset }) {
    const bytes = this.#server.files.get(number);
    const about = { conversation, number };
    if (bytes === undefined) {
      const error = { code: "file_gone", message: "It is gone." };
      this.outbox.push({ type: "unsent", ...about, error });
      return;
    }
    this.outbox.push({ type: "sending", ...about, offset, bytes: bytes.length });
    for (let at = offset; at < bytes.length; at += CHUNK) {
      this.outbox.push(bytes.slice(at, at + CHUNK));
    }
    this.outbox.push({ type: "sent", ...about });
  }

  /** Lets one frame or chunk of the server's arrive; says whether there was one. */
  says() {
    const frame = this.outbox.shift();
    if (frame === undefined || !this.#open) return false;
    this.tells(frame);
    return true;
  }

  /** @param {any} frame */
  tells(frame) {
    const data = frame instanceof Uint8Array ? frame.slice().buffer : JSON.stringify(frame);
    const event = /** @type {MessageEvent} */ ({ data });
    /** @type {((event: MessageEvent) => void) | null} */ (this.pipe.onmessage)?.(event);
  }

  /** @param {string} type */
  frames(type) {
    return this.seen.filter((one) => one.type === type);
  }

  /** The channel is gone, and all that was on its way. */
  cut() {
    this.#open = false;
    this.inbox = [];
    this.outbox = [];
  }
}

/** Contents that outlive a page, or do not. @implements {BlobStore} */
export class FakeBlobs {
  /** @type {Map<string, { person: string, blob: Blob }>} */
  all = new Map();
  full = false;

  /** @param {string} person @param {string} id @param {Blob} blob */
  async put(person, id, blob) {
    if (!this.full) this.all.set(id, { person, blob });
  }

  /** @param {string} person @param {string} id */
  async get(person, id) {
    const entry = this.all.get(id);
    return entry?.person === person ? entry.blob : null;
  }

  /** @param {string} id */
  async forget(id) {
    this.all.delete(id);
  }

  async sweep() {}
}

/**
 * The files of somebody, with a leg to open their channel on.
 *
 * @param {FileServer} [server]
 * @param {{ store?: FakeStorage, blobs?: FakeBlobs, person?: string }} [kept]
 */
export function filesOf(server = new FileServer(), kept = {}) {
  const { store = new FakeStorage(), blobs = new FakeBlobs(), person = "customer:x1" } = kept;
  /** @type {Unsent[]} */
  const named = [];
  const leg = {
    renewed: 0,
    openChannel: () => server.connect().pipe,
    renew: () => void leg.renewed++,
  };
  const files = new Files({ leg, store, blobs, name: (unsent) => void named.push(unsent) });
  files.begin({ id: person, name: person, role: "customer" });
  files.setSignalling(true);
  files.setLeg(true);
  return { files, server, named, store, blobs, leg };
}

/** Everything that can go on without the other side has gone on. */
export async function quiet() {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** All that can go on goes on. @param {FileServer} server */
export async function settle(server) {
  for (;;) {
    await quiet();
    const session = server.sessions.at(-1);
    if (session === undefined) return;
    const heard = session.hears();
    const said = session.says();
    if (!heard && !said) return;
  }
}

/**
 * @param {string} text
 * @param {string} [name]
 */
export function fileOf(text, name = "a.txt") {
  return new File([text], name, { type: "text/plain" });
}

/** @param {string} text @returns {Promise<string>} */
export async function hashOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}

/**
 * The message that carries a file.
 *
 * @param {number} number
 * @param {Partial<FileRef>} file
 * @returns {Message}
 */
export function carrying(number, file) {
  const from = { person: "agent:bob", name: "Bob" };
  const some = { id: "f1", name: "a.txt", media_type: "text/plain", bytes: 1, sha256: "" };
  const whole = { ...some, ...file };
  return { number, id: "m1", from, audience: "everyone", at_ms: 1, text: "", file: whole };
}
