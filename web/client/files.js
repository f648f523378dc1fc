import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { Fetcher } from "./fetcher.js";
import { freshId } from "./fresh-id.js";
import { sha256Of } from "./hash.js";
import { LegChannel } from "./leg-channel.js";
import { mediaTypeOf } from "./media-types.js";
import { refusedBy, Sender } from "./sender.js";
import { Upload } from "./upload.js";
/** @import { FetchOptions } from "./fetcher.js" */
/** @import { ChannelLeg } from "./leg-channel.js" */
/** @import { Returned, Store, Unsent } from "./outbox.js" */
/** @import { UploadNote } from "./upload.js" */
/** @import { BlobStore } from "./upload-store.js" */
/** @import { Audience, ConversationId, FileLimits, FileRef, Message, Person } from "./types.js" */

/** More than anybody chooses at once. */
const MOST_UPLOADS = 50;
/** After these the server knows the upload as something else than it is. */
const OTHER_FILE = ["file_differs", "file_hash_wrong"];

/**
 * @typedef {object} SendFileOptions
 * @property {string} [name] the file's own, if absent
 * @property {string} [caption]
 * @property {Audience} [audience] `agents` for a note that no customer receives
 *
 * @typedef {object} FilesEvents
 * @property {{ conversation: ConversationId }} uploads of one conversation have changed
 * @property {FileLimits} limits what the server takes
 * @property {null} idle nothing is on its way any more
 *
 * @typedef {object} FilesOptions
 * @property {ChannelLeg} leg
 * @property {Store | null} store of this tab: what was on its way is known after a reload
 * @property {BlobStore | null} blobs where the contents outlive it
 * @property {(unsent: Unsent) => void} name puts a message that names a file into the outbox
 */

/**
 * The files of one person, in both directions: over a channel that is opened when it is needed.
 *
 * @extends {Emitter<FilesEvents & Record<string, unknown>>}
 */
export class Files extends Emitter {
  #store;
  #blobs;
  #name;
  /** @type {LegChannel} */
  #channel;
  /** @type {Sender} */
  #sender;
  /** @type {Fetcher} */
  #fetcher;
  /** @type {FileLimits | null} */
  #limits = null;
  /** @type {Upload[]} in the order in which they were begun */
  #uploads = [];
  /** One is read and hashed after another, since each is in memory for as long. */
  #hashing = Promise.resolve();
  /** Whether there is a leg to open the channel on. */
  #leg = false;
  #wanted = false;
  #me = "";

  /** @param {FilesOptions} options */
  constructor({ leg, store, blobs, name }) {
    super();
    this.#store = store;
    this.#blobs = blobs;
    this.#name = name;
    this.#channel = new LegChannel(leg, "files", {
      begun: ({ limits }) => this.#begun(limits),
      said: (frame) => ("upload" in frame ? this.#sender : this.#fetcher).said(frame),
      carried: (bytes) => this.#fetcher.carried(bytes),
      room: () => this.#sender.room(),
      lost: () => this.#lost(),
      needed: () => this.busy,
      failed: () => this.#failed(),
    });
    this.#sender = new Sender(this.#channel, (upload, file) => this.#kept(upload, file));
    this.#fetcher = new Fetcher(this.#channel);
  }

  /** What the server takes; null until it has told. */
  get limits() {
    return this.#limits;
  }

  /** Whether a leg is needed for what is on its way. */
  get busy() {
    return this.#sender.busy || this.#fetcher.busy;
  }

  /** @param {Person} person whose files these are */
  begin({ id }) {
    if (id === this.#me) return;
    this.#me = id;
    this.#uploads = [];
    void this.#blobs?.sweep();
    for (const note of this.#notes()) this.#add(new Upload(note, null, this.#owner()));
  }

  /** @param {boolean} live whether this person is signed in at the moment */
  setSignalling(live) {
    this.#channel.setSignalling(live);
  }

  /** @param {boolean} there whether there is a leg: a fresh one, if there was one before */
  setLeg(there) {
    this.#leg = there;
    this.#channel.attach(null);
    this.#open();
  }

  /** Opens the channel ahead of its use, so that what is taken is known when a file is chosen. */
  prepare() {
    this.#wanted = true;
    this.#open();
  }

  /** @param {ConversationId} conversation */
  of(conversation) {
    return this.#uploads.filter((one) => one.conversation === conversation);
  }

  /**
   * Why a file would not be taken, as far as that is known here.
   *
   * @param {Blob & { name?: string }} blob
   */
  refusalOf(blob) {
    const mediaType = mediaTypeOf(blob.name ?? "", blob.type);
    const { size: bytes } = blob;
    return this.#limits === null ? null : refusedBy(this.#limits, { bytes, mediaType });
  }

  /**
   * Begins to send a file. What goes wrong with it is told by the upload.
   *
   * @param {ConversationId} conversation
   * @param {Blob & { name?: string }} blob
   * @param {SendFileOptions} options
   */
  send(conversation, blob, options) {
    if (this.#uploads.length >= MOST_UPLOADS) {
      throw new TrefoilError("too_many_unsent", "Too many files wait to be sent.");
    }
    const { name = blob.name ?? "", caption = "", audience = "everyone" } = options;
    const what = { name: name || "file", mediaType: mediaTypeOf(name, blob.type) };
    const note = { id: `u-${freshId()}`, conversation, ...what, bytes: blob.size };
    const upload = new Upload(
      { ...note, caption, audience, at: Date.now() },
      blob,
      this.#owner(),
    );
    void this.#blobs?.put(this.#me, note.id, blob);
    this.#add(upload);
    return upload;
  }

  /**
   * @param {ConversationId} conversation
   * @param {Message} message
   * @param {FetchOptions} options
   */
  fetch(conversation, { number, file }, options) {
    if (file === undefined) {
      return Promise.reject(new TrefoilError("no_such_file", "This message carries no file."));
    }
    const answer = this.#fetcher.fetch(conversation, number, file, options);
    this.#open();
    return answer.finally(() => this.#tidy());
  }

  /**
   * Takes out what could not be sent to chats that are not there any more.
   *
   * @param {(conversation: ConversationId) => boolean} known
   * @returns {Returned[]}
   */
  strays(known) {
    const gone = this.#uploads.filter((one) => one.state === "failed" && !known(one.conversation));
    for (const upload of gone) this.#drop(upload);
    for (const upload of gone) this.#changed(upload);
    return gone.map((upload) => {
      const { conversation, id, caption: text, audience, name, error } = upload;
      const why = error ?? new TrefoilError("conversation_ended", "The chat is over.");
      return { conversation, id, text, audience, file: { name }, error: why };
    });
  }

  #owner() {
    return {
      cancel: (/** @type {Upload} */ upload) => this.#cancel(upload),
      retry: (/** @type {Upload} */ upload) => this.#retry(upload),
    };
  }

  /** @param {Upload} upload */
  #add(upload) {
    this.#uploads.push(upload);
    const changed = () => this.#changed(upload);
    for (const event of ["progress", "kept", "failed"]) upload.on(event, changed);
    this.#keep();
    this.#changed(upload);
    this.#hash(upload);
  }

  /** @param {Upload} upload */
  #hash(upload) {
    const hashed = this.#hashing.then(() => this.#hashed(upload));
    this.#hashing = hashed.catch((/** @type {unknown} */ error) => {
      if (!this.#uploads.includes(upload)) return;
      const known = error instanceof TrefoilError;
      upload.fail(known ? error : new TrefoilError("file_unreadable", "It cannot be read."));
    });
  }

  /** @param {Upload} upload */
  async #hashed(upload) {
    upload.blob ??= (await this.#blobs?.get(this.#me, upload.id)) ?? null;
    if (upload.blob === null) {
      const message = "The page was loaded again before the file was sent.";
      throw new TrefoilError("file_not_kept", message);
    }
    const sha256 = await sha256Of(upload.blob);
    if (!this.#uploads.includes(upload)) return;
    upload.sha256 = sha256;
    this.#sender.add(upload);
    this.#open();
  }

  /** The channel is opened on demand and then kept. */
  #open() {
    const needed = this.busy || this.#wanted;
    if (this.#leg && needed && !this.#channel.opening) this.#channel.open();
  }

  /** @param {FileLimits} limits */
  #begun(limits) {
    this.#limits = limits;
    this.emit("limits", limits);
    this.#sender.begin(limits);
    this.#fetcher.begin();
    this.#tidy();
  }

  #lost() {
    this.#sender.lost();
    this.#fetcher.lost();
  }

  /** The server never lets the channel begin. */
  #failed() {
    this.#wanted = false;
    const error = new TrefoilError("files_off", "No files are taken here.");
    this.#sender.fail(error);
    this.#fetcher.fail(error);
  }

  /**
   * @param {Upload} upload
   * @param {FileRef} file
   */
  #kept(upload, file) {
    const { conversation, caption: text, audience } = upload;
    try {
      // Always the same name for the same upload: so it is said once, whatever breaks.
      this.#name({ conversation, id: upload.id.replace(/^u/, "m"), text, audience, file });
    } catch (error) {
      const full = new TrefoilError("too_many_unsent", "Too many messages wait to be sent.");
      return upload.fail(error instanceof TrefoilError ? error : full);
    }
    this.#drop(upload);
    upload.keep(file);
  }

  /** @param {Upload} upload */
  #cancel(upload) {
    if (!this.#uploads.includes(upload)) return;
    this.#drop(upload);
    this.#sender.remove(upload);
    this.#changed(upload);
  }

  /** @param {Upload} upload */
  #retry(upload) {
    if (OTHER_FILE.includes(upload.error?.code ?? "")) {
      void this.#blobs?.forget(upload.id);
      upload.note = { ...upload.note, id: `u-${freshId()}` };
      if (upload.blob !== null) void this.#blobs?.put(this.#me, upload.id, upload.blob);
      this.#keep();
    }
    upload.enter("hashing");
    this.#hash(upload);
  }

  /** @param {Upload} upload */
  #drop(upload) {
    this.#uploads = this.#uploads.filter((one) => one !== upload);
    this.#keep();
    void this.#blobs?.forget(upload.id);
  }

  /** @param {Upload} upload */
  #changed({ conversation }) {
    this.emit("uploads", { conversation });
    this.#tidy();
  }

  #tidy() {
    if (!this.busy) this.emit("idle", null);
  }

  get #key() {
    return `trefoil.uploads.${this.#me}`;
  }

  #keep() {
    const notes = this.#uploads.map(({ note }) => note);
    try {
      if (notes.length === 0) this.#store?.removeItem(this.#key);
      else this.#store?.setItem(this.#key, JSON.stringify(notes));
    } catch {
      // A full or forbidden storage: they are sent all the same, but do not outlive a reload.
    }
  }

  /** @returns {UploadNote[]} */
  #notes() {
    try {
      const all = JSON.parse(this.#store?.getItem(this.#key) ?? "[]");
      return Array.isArray(all) ? all : [];
    } catch {
      return [];
    }
  }
}
