import { deferred } from "./deferred.js";
import { TrefoilError } from "./errors.js";
import { sha256Of } from "./hash.js";
/** @import { Deferred } from "./deferred.js" */
/** @import { LegChannel } from "./leg-channel.js" */
/** @import { ConversationId, FetchFrame, FileRef } from "./types.js" */

/** More than a log shows at once. */
const MOST_WAITING = 100;
const AGAIN_MS = 1_000;

/**
 * @typedef {object} FetchOptions
 * @property {(received: number, bytes: number) => void} [onProgress]
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} Job a file that somebody waits for
 * @property {ConversationId} conversation
 * @property {number} number of the message that carries it
 * @property {FileRef} file
 * @property {FetchOptions} options
 * @property {ArrayBuffer[]} parts
 * @property {number} received
 * @property {Deferred<Blob>} answer
 */

/** Fetches files over their channel, one after another; a break makes them no longer. */
export class Fetcher {
  #channel;
  #begun = false;
  /** @type {Job[]} */
  #waiting = [];
  /** @type {Job | null} */
  #job = null;
  /** The server was asked to stop, and has not said yet that it has. */
  #stopping = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} set while the server asked to wait */
  #later;

  /** @param {LegChannel} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  get busy() {
    return this.#job !== null || this.#waiting.length > 0;
  }

  /**
   * @param {ConversationId} conversation
   * @param {number} number
   * @param {FileRef} file
   * @param {FetchOptions} options
   * @returns {Promise<Blob>}
   */
  fetch(conversation, number, file, options) {
    if (this.#waiting.length >= MOST_WAITING) {
      const full = new TrefoilError("too_many_fetches", "Too many files are fetched at once.");
      return Promise.reject(full);
    }
    /** @type {Job} */
    const job = {
      ...{ conversation, number, file, options },
      ...{ parts: [], received: 0, answer: deferred() },
    };
    if (options.signal?.aborted) return Promise.reject(aborted());
    options.signal?.addEventListener("abort", () => this.#abort(job), { once: true });
    this.#waiting.push(job);
    this.#next();
    return job.answer.promise;
  }

  /** The channel is there. */
  begin() {
    this.#begun = true;
    this.#next();
  }

  /** The channel is gone: what was under way goes on where it was. */
  lost() {
    this.#goOn();
    this.#begun = false;
    this.#stopping = false;
    if (this.#job !== null) this.#waiting.unshift(this.#job);
    this.#job = null;
  }

  /** @param {TrefoilError} error nothing can be fetched */
  fail(error) {
    for (const { answer } of this.#waiting.splice(0)) answer.reject(error);
  }

  /** @param {FetchFrame} frame */
  said(frame) {
    if (this.#stopping) {
      if (frame.type === "sending") return;
      this.#stopping = false;
      return this.#next();
    }
    const job = this.#job;
    if (job?.number !== frame.number || job.conversation !== frame.conversation) return;
    switch (frame.type) {
      case "sending":
        if (frame.offset !== job.received) this.#wrong(job);
        return;
      case "sent":
        this.#job = null;
        void this.#check(job);
        return this.#next();
      case "unsent":
        return this.#refused(job, TrefoilError.fromWire(frame.error));
    }
  }

  /** @param {ArrayBuffer} bytes */
  carried(bytes) {
    const job = this.#job;
    if (job === null || this.#stopping) return;
    job.parts.push(bytes);
    job.received += bytes.byteLength;
    if (job.received > job.file.bytes) return this.#wrong(job);
    job.options.onProgress?.(job.received, job.file.bytes);
  }

  #next() {
    if (this.#job !== null || this.#stopping || !this.#begun) return;
    if (this.#later !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#job = job;
    const { conversation, number, received: offset } = job;
    this.#channel.post({ type: "fetch", conversation, number, offset });
  }

  /**
   * @param {Job} job
   * @param {TrefoilError} error
   */
  #refused(job, error) {
    // The answer to a stop that came too late: this one goes on.
    if (error.code === "stopped") return;
    this.#job = null;
    if (error.code === "busy" || error.code === "rate_limited") {
      this.#waiting.unshift(job);
      this.#later = setTimeout(() => {
        this.#goOn();
        this.#next();
      }, error.retryAfterMs || AGAIN_MS);
      return;
    }
    job.answer.reject(error);
    this.#next();
  }

  #goOn() {
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  /** What comes is not what was announced. @param {Job} job */
  #wrong(job) {
    job.answer.reject(wrong());
    this.#stop();
  }

  /** @param {Job} job */
  #abort(job) {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    job.answer.reject(aborted());
    if (job === this.#job) this.#stop();
  }

  #stop() {
    this.#job = null;
    this.#stopping = this.#channel.post({ type: "stop" });
  }

  /** @param {Job} job all of it has come */
  async #check({ parts, file, answer }) {
    try {
      const blob = new Blob(parts, { type: file.media_type });
      if ((await sha256Of(blob)) === file.sha256) answer.resolve(blob);
      else answer.reject(wrong());
    } catch (error) {
      answer.reject(error instanceof TrefoilError ? error : wrong());
    }
  }
}

function wrong() {
  return new TrefoilError("file_hash_wrong", "What came is not the file that was sent.");
}

function aborted() {
  return new TrefoilError("aborted", "The file is not wanted any more.");
}
