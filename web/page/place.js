/** @import { AudioProcessing } from "../client/microphone.js" */
/** @import { Store } from "../client/outbox.js" */

/** What the address of the page asks for. */

/** @param {string} search `location.search` */
export function readParameters(search) {
  const query = new URLSearchParams(search);
  /** @type {AudioProcessing} */
  const audio =
    query.get("audio") === "raw"
      ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
      : {};
  return {
    audio,
    token: query.get("token"),
    agent: query.get("agent"),
    name: query.get("name"),
    team: query.get("team"),
    channel: query.get("channel"),
    call: query.get("call") === "1",
    chat: query.get("chat") === "1",
    embedded: query.get("embedded") === "1",
    keepMicrophone: query.get("microphone") === "keep",
  };
}

/** @param {Location} location */
export function socketUrl(location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
}

/**
 * The storage of this tab. A page in a frame of another may be denied it: what is kept then ends
 * with the page.
 *
 * @returns {Store}
 */
export function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return MEMORY;
  }
}

/**
 * The browser's database. A page in a frame of another may be denied it, as its storage.
 *
 * @returns {IDBFactory | undefined}
 */
export function browserDatabase() {
  try {
    return indexedDB;
  } catch {
    return undefined;
  }
}

/** @type {Map<string, string>} */
const held = new Map();

/** @type {Store} */
const MEMORY = {
  getItem: (key) => held.get(key) ?? null,
  setItem: (key, value) => void held.set(key, value),
  removeItem: (key) => void held.delete(key),
};

/**
 * A value that outlives a reload: of this tab, or of the whole browser.
 *
 * @param {string} key
 * @param {Store} [storage]
 */
export function kept(key, storage = tabStorage()) {
  return {
    read: () => storage.getItem(key),
    write: (/** @type {string} */ value) => {
      try {
        storage.setItem(key, value);
      } catch {
        // Full: then it does not outlive a reload.
      }
    },
    forget: () => storage.removeItem(key),
  };
}
