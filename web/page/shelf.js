import { MOST_PREVIEW_BYTES } from "./file-view.js";
import { fileProblem, isPicture } from "./file-words.js";
import { saveAs } from "./save.js";
/** @import { Chat, TrefoilError } from "../client/index.js" */
/** @import { FetchOptions } from "../client/fetcher.js" */
/** @import { FileRef, Message } from "../client/types.js" */
/** @import { FileEvent, FileShot, Large } from "./file-state.js" */

/** As many pictures as fill some screens. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Progress is drawn so often. */
const TOLD_APART_MS = 100;

/**
 * @typedef {object} Source where a file comes from
 * @property {FileRef} file
 * @property {(options: FetchOptions) => Promise<Blob>} fetch
 *
 * @typedef {object} Kept
 * @property {Blob} blob
 * @property {string} url by which it is shown
 */

/**
 * The files of messages at this page: pictures are fetched when they can be seen, the others when
 * somebody wants them. What was not looked at for longest is put away when there is too much.
 */
export class Shelf {
  #find;
  #dispatch;
  #enlarge;
  /** @type {Map<string, Kept>} the one used last at the end */
  #kept = new Map();
  #bytes = 0;
  /** @type {Map<string, AbortController>} */
  #fetching = new Map();
  /** Those that did not come: they are asked for again by hand only. @type {Set<string>} */
  #failed = new Set();
  /** @type {Map<Element, string>} the places of pictures */
  #places = new Map();
  /** @type {Set<string>} */
  #visible = new Set();
  #observer = new IntersectionObserver((entries) => this.#seen(entries));

  /**
   * @param {object} options
   * @param {(conversation: string, number: number) => Source | null} options.find
   * @param {(event: FileEvent) => void} options.dispatch
   * @param {(picture: Large | null) => void} options.enlarge
   */
  constructor({ find, dispatch, enlarge }) {
    this.#find = find;
    this.#dispatch = dispatch;
    this.#enlarge = enlarge;
  }

  /** What a page does with files of messages. */
  get actions() {
    return {
      saveFile: (/** @type {string} */ key) => void this.#save(key),
      stopFile: (/** @type {string} */ key) => this.#fetching.get(key)?.abort(),
      showPicture: (/** @type {string} */ key) => this.#show(key),
      brokenPicture: (/** @type {string} */ key) => {
        this.#forget(key);
        this.#failed.add(key);
        this.#tell(key, { problem: "This picture cannot be shown" });
      },
      closePicture: () => this.#enlarge(null),
    };
  }

  /**
   * The page was drawn: pictures may have come or gone.
   *
   * @param {Element} root
   */
  look(root) {
    for (const [place, key] of this.#places) {
      if (place.isConnected && place.getAttribute("data-picture") === key) continue;
      this.#observer.unobserve(place);
      this.#places.delete(place);
      this.#visible.delete(key);
    }
    for (const place of root.querySelectorAll("[data-picture]")) {
      if (this.#places.has(place)) continue;
      this.#places.set(place, place.getAttribute("data-picture") ?? "");
      this.#observer.observe(place);
    }
  }

  /** Somebody else uses the page from here on. */
  clear() {
    for (const over of this.#fetching.values()) over.abort();
    for (const key of [...this.#kept.keys()]) this.#forget(key);
    this.#failed.clear();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const key = this.#places.get(target);
      if (key === undefined) continue;
      if (!isIntersecting) this.#visible.delete(key);
      else {
        this.#visible.add(key);
        this.#preview(key);
      }
    }
  }

  /** @param {string} key */
  #preview(key) {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return this.#use(key, kept);
    if (this.#failed.has(key) || this.#fetching.has(key)) return;
    const source = this.#source(key);
    if (source !== null && source.file.bytes <= MOST_PREVIEW_BYTES) void this.#get(key);
  }

  /** @param {string} key */
  #show(key) {
    const kept = this.#kept.get(key);
    const name = this.#source(key)?.file.name ?? "Picture";
    if (kept === undefined) void this.#get(key);
    else this.#enlarge({ key, name, url: kept.url });
  }

  /** @param {string} key */
  async #save(key) {
    const blob = await this.#get(key);
    const name = this.#source(key)?.file.name;
    if (blob !== null && name !== undefined) saveAs(blob, name);
  }

  /**
   * @param {string} key
   * @returns {Promise<Blob | null>} null where it does not come, and the page was told why
   */
  async #get(key) {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.blob;
    const source = this.#source(key);
    if (source === null) {
      this.#tell(key, { problem: "The file is not there any more" });
      return null;
    }
    if (this.#fetching.has(key)) return null;
    const over = new AbortController();
    this.#fetching.set(key, over);
    this.#tell(key, { received: 0, problem: null });
    let told = Date.now();
    const onProgress = (/** @type {number} */ received) => {
      if (Date.now() - told < TOLD_APART_MS) return;
      told = Date.now();
      this.#tell(key, { received });
    };
    try {
      const blob = await source.fetch({ onProgress, signal: over.signal });
      this.#failed.delete(key);
      this.#keep(key, blob, source.file);
      return blob;
    } catch (error) {
      this.#failed.add(key);
      const known = /** @type {TrefoilError} */ (error);
      const problem = known.code === "aborted" ? null : fileProblem(known);
      this.#tell(key, { received: null, problem });
      return null;
    } finally {
      this.#fetching.delete(key);
    }
  }

  /**
   * @param {string} key
   * @param {Blob} blob
   * @param {FileRef} file
   */
  #keep(key, blob, file) {
    const url = isPicture(file.media_type) ? URL.createObjectURL(blob) : null;
    this.#tell(key, { received: null, problem: null, url });
    // What is no picture is wanted once, to be saved.
    if (url === null) return;
    this.#kept.set(key, { blob, url });
    this.#bytes += blob.size;
    for (const [old] of this.#kept) {
      if (this.#bytes <= MOST_BYTES) return;
      if (old !== key && !this.#visible.has(old)) this.#forget(old);
    }
  }

  /**
   * @param {string} key
   * @param {Kept} kept
   */
  #use(key, kept) {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  /** @param {string} key */
  #forget(key) {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.blob.size;
    URL.revokeObjectURL(kept.url);
    this.#tell(key, { url: null });
  }

  /**
   * @param {string} key
   * @param {Partial<FileShot>} change
   */
  #tell(key, change) {
    this.#dispatch({ type: "file", key, change });
  }

  /** @param {string} key */
  #source(key) {
    const [conversation = "", number = ""] = key.split(" ");
    return this.#find(conversation, Number(number));
  }
}

/**
 * The file of a message: over the leg while the chat is here, and by HTTP when it is over.
 *
 * @param {Chat | undefined} chat
 * @param {readonly Message[]} shown what is shown of it, also when it is over
 * @param {number} number
 * @param {(file: FileRef, options: FetchOptions) => Promise<Blob>} kept
 * @returns {Source | null}
 */
export function sourceIn(chat, shown, number, kept) {
  const message = (chat?.messages ?? shown).find((one) => one.number === number);
  const file = message?.file;
  if (message === undefined || file === undefined) return null;
  if (chat === undefined) return { file, fetch: (options) => kept(file, options) };
  return { file, fetch: (options) => chat.fetchFile(message, options) };
}
