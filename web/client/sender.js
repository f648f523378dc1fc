import { TrefoilError } from "./errors.js";
import { Pace } from "./pace.js";
/** @import { LegChannel } from "./leg-channel.js" */
/** @import { Upload } from "./upload.js" */
/** @import { FileGo, FileLimits, FileRef, UploadFrame } from "./types.js" */

/**
 * The server lets 4 Mbit/s of one leg through, and as many packets as that is of full ones. What is
 * beyond is dropped, and costs the time until it is sent again. The rest is for what else goes over
 * the leg.
 */
const BYTES_PER_S = 400_000;
const AGAIN_MS = 1_000;

/**
 * @typedef {object} Job the upload whose turn it is
 * @property {Upload} upload
 * @property {FileGo | null} go the server's answer to the offer
 * @property {number} next where the next chunk begins
 * @property {boolean} reading
 */

/** Sends uploads over the channel of files, one after another. */
export class Sender {
  #channel;
  #kept;
  /** @type {FileLimits | null} */
  #limits = null;
  #pace = new Pace(1);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #slowly;
  /** @type {Upload[]} */
  #waiting = [];
  /** @type {Job | null} */
  #job = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} set while the server asked to wait */
  #later;

  /**
   * @param {LegChannel} channel
   * @param {(upload: Upload, file: FileRef) => void} kept the server has one whole
   */
  constructor(channel, kept) {
    this.#channel = channel;
    this.#kept = kept;
  }

  get busy() {
    return this.#job !== null || this.#waiting.length > 0;
  }

  /** @param {Upload} upload its contents and their hash are known */
  add(upload) {
    upload.enter("waiting");
    this.#waiting.push(upload);
    this.#next();
  }

  /** @param {Upload} upload */
  remove(upload) {
    const at = this.#waiting.indexOf(upload);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#job?.upload === upload) this.#job = null;
    // Of one that waits the server may have a part, from before a break.
    this.#channel.post({ type: "abort", upload: upload.id });
    this.#next();
  }

  /**
   * The channel is there.
   *
   * @param {FileLimits} limits
   */
  begin(limits) {
    this.#limits = limits;
    this.#pace = new Pace(Math.max(1, BYTES_PER_S / limits.chunk_bytes));
    this.#next();
  }

  /** The channel is gone: what was under way goes on from where the server is. */
  lost() {
    this.#goOn();
    clearTimeout(this.#slowly);
    this.#limits = null;
    const job = this.#job;
    this.#job = null;
    if (job === null) return;
    this.#waiting.unshift(job.upload);
    job.upload.enter("waiting");
  }

  /** @param {TrefoilError} error nothing can be sent */
  fail(error) {
    const all = this.#waiting.splice(0);
    for (const upload of all) upload.fail(error);
  }

  /** More can be sent. */
  room() {
    if (this.#job !== null) void this.#pump(this.#job);
  }

  /** @param {UploadFrame} frame */
  said(frame) {
    const job = this.#job;
    // Of one that was given up, something may still be on its way.
    if (job === null || frame.upload !== job.upload.id) return;
    switch (frame.type) {
      case "go":
        job.go = frame;
        job.next = frame.offset;
        job.upload.reached(frame.offset);
        return void this.#pump(job);
      case "got":
        job.upload.reached(frame.offset);
        return void this.#pump(job);
      case "kept":
        return this.#done(job, frame.file);
      case "refused":
        return this.#refused(job, TrefoilError.fromWire(frame.error));
    }
  }

  #next() {
    if (this.#job !== null || this.#limits === null || this.#later !== undefined) return;
    const upload = this.#waiting.shift();
    if (upload === undefined) return;
    const refused = refusedBy(this.#limits, upload);
    if (refused !== null) {
      upload.fail(refused);
      this.#next();
      return;
    }
    this.#job = { upload, go: null, next: 0, reading: false };
    upload.enter("sending");
    const { id, conversation, audience, name, mediaType, bytes, sha256 } = upload;
    const what = { name, media_type: mediaType, bytes, sha256 };
    this.#channel.post({ type: "offer", conversation, upload: id, audience, ...what });
  }

  /**
   * @param {Job} job
   * @param {string} file
   */
  #done({ upload, go }, file) {
    this.#job = null;
    const { name, mediaType, bytes, sha256 } = upload;
    const ref = { id: file, name: go?.name ?? name, media_type: mediaType, bytes, sha256 };
    this.#kept(upload, ref);
    this.#next();
  }

  /**
   * @param {Job} job
   * @param {TrefoilError} error
   */
  #refused({ upload }, error) {
    this.#job = null;
    if (error.code === "rate_limited" || error.code === "busy") {
      upload.enter("waiting");
      this.#waiting.unshift(upload);
      this.#later = setTimeout(() => {
        this.#goOn();
        this.#next();
      }, error.retryAfterMs || AGAIN_MS);
      return;
    }
    upload.fail(error);
    this.#next();
  }

  #goOn() {
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  /** Sends what may go now. @param {Job} job */
  async #pump(job) {
    if (job.reading) return;
    job.reading = true;
    try {
      for (let size = this.#size(job); size > 0; size = this.#size(job)) {
        const wait = this.#pace.waitMs();
        if (wait > 0) {
          clearTimeout(this.#slowly);
          this.#slowly = setTimeout(() => this.room(), wait);
          return;
        }
        const end = job.next + size;
        const read = await job.upload.blob?.slice(job.next, end).arrayBuffer();
        if (job !== this.#job || read === undefined) return;
        if (!this.#channel.carry(new Uint8Array(read))) return;
        this.#pace.took();
        job.next = end;
      }
    } catch {
      // The file was changed or taken away since it was chosen.
      if (job === this.#job) this.#unreadable(job);
    } finally {
      job.reading = false;
    }
  }

  /** @param {Job} job */
  #unreadable({ upload }) {
    this.#job = null;
    this.#channel.post({ type: "abort", upload: upload.id });
    upload.fail(new TrefoilError("file_unreadable", "The file cannot be read any more."));
    this.#next();
  }

  /** How large the next chunk is that may be sent, 0 where none may. @param {Job} job */
  #size({ upload, go, next }) {
    if (go === null || this.#limits === null) return 0;
    const { chunk_bytes: chunk, ahead_bytes: ahead } = this.#limits;
    const size = Math.min(chunk, upload.bytes - next);
    const may = Math.min(upload.sent + ahead - next, this.#channel.room);
    return size <= may ? size : 0;
  }
}

/**
 * What the server would refuse is not sent.
 *
 * @param {FileLimits} limits
 * @param {{ bytes: number, mediaType: string }} file
 * @returns {TrefoilError | null}
 */
export function refusedBy({ bytes: limit, types }, { bytes, mediaType }) {
  if (limit === 0) return new TrefoilError("files_off", "No files are taken here.");
  if (bytes === 0) return new TrefoilError("file_empty", "The file is empty.");
  if (bytes > limit) {
    return new TrefoilError("file_too_large", "The file is too large.", { limit });
  }
  if (!types.includes(mediaType)) {
    const message = "Files of this type are not taken.";
    return new TrefoilError("file_type_not_allowed", message, { allowed: types });
  }
  return null;
}
