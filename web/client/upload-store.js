/** @import { PersonId } from "./types.js" */

const TABLE = "uploads";
/** As much as browsers give a page without asking, and more than anybody sends at once. */
const MOST_BYTES = 100 * 1024 * 1024;
/** The server forgets parts of a file after as long. */
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * @typedef {object} Entry
 * @property {string} id of the upload
 * @property {PersonId} person whose it is
 * @property {number} at
 * @property {number} bytes
 * @property {Blob} blob
 *
 * @typedef {object} BlobStore where contents outlive a reload
 * @property {(person: PersonId, id: string, blob: Blob) => Promise<void>} put
 * @property {(person: PersonId, id: string) => Promise<Blob | null>} get
 * @property {(id: string) => Promise<void>} forget
 * @property {() => Promise<void>} sweep forgets what is too old to go on
 */

/**
 * Files on their way, in the browser's own database: their contents outlive a reload of the page.
 * Where the browser has none, or it is full, they do not, and `get` says so.
 *
 * @implements {BlobStore}
 */
export class UploadStore {
  #factory;
  #name;
  #now;
  /** @type {Promise<IDBDatabase> | null} */
  #opened = null;

  /**
   * @param {IDBFactory | undefined} factory
   * @param {string} [name]
   * @param {() => number} [now]
   */
  constructor(factory, name = "trefoil", now = Date.now) {
    this.#factory = factory;
    this.#name = name;
    this.#now = now;
  }

  /**
   * Keeps the contents of an upload, if there is room for them.
   *
   * @param {PersonId} person
   * @param {string} id
   * @param {Blob} blob
   */
  async put(person, id, blob) {
    const entry = { id, person, at: this.#now(), bytes: blob.size, blob };
    await this.#change(async (table) => {
      const kept = await this.#swept(table);
      const others = kept.filter((one) => one.id !== id);
      const used = others.reduce((sum, one) => sum + one.bytes, 0);
      if (used + blob.size <= MOST_BYTES) table.put(entry);
    });
  }

  /**
   * @param {PersonId} person
   * @param {string} id
   * @returns {Promise<Blob | null>} null where it was not kept
   */
  async get(person, id) {
    /** @type {Entry | undefined} */
    let entry;
    await this.#change(async (table) => {
      entry = await settledBy(table.get(id));
    });
    if (entry === undefined || entry.person !== person || this.#isOld(entry)) return null;
    return entry.blob;
  }

  /** @param {string} id */
  async forget(id) {
    await this.#change(async (table) => {
      table.delete(id);
    });
  }

  /** Forgets what is too old to go on. */
  async sweep() {
    await this.#change(async (table) => {
      await this.#swept(table);
    });
  }

  /**
   * @param {IDBObjectStore} table
   * @returns {Promise<Entry[]>} what is left
   */
  async #swept(table) {
    /** @type {Entry[]} */
    const all = await settledBy(table.getAll());
    for (const one of all) if (this.#isOld(one)) table.delete(one.id);
    return all.filter((one) => !this.#isOld(one));
  }

  /** @param {Entry} entry */
  #isOld({ at }) {
    return this.#now() - at > KEPT_FOR_MS;
  }

  /**
   * What fails here costs no more than going on after a reload.
   *
   * @param {(table: IDBObjectStore) => Promise<void>} change
   */
  async #change(change) {
    try {
      const database = await (this.#opened ??= this.#open());
      const transaction = database.transaction(TABLE, "readwrite");
      const over = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      await change(transaction.objectStore(TABLE));
      await over;
    } catch {
      this.#opened = null;
    }
  }

  /** @returns {Promise<IDBDatabase>} */
  async #open() {
    if (this.#factory === undefined) throw new Error("there is no database");
    const asked = this.#factory.open(this.#name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "id" });
    const database = await settledBy(asked);
    database.onversionchange = () => database.close();
    return database;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settledBy(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
