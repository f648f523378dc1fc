/** @import { AudioProcessing } from "../client/microphone.js" */

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
 * A value that outlives a reload: of this tab, or of the whole browser.
 *
 * @param {string} key
 * @param {Storage} [storage]
 */
export function kept(key, storage = sessionStorage) {
  return {
    read: () => storage.getItem(key),
    write: (/** @type {string} */ value) => storage.setItem(key, value),
    forget: () => storage.removeItem(key),
  };
}
