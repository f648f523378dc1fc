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
    call: query.get("call") === "1",
    keepMicrophone: query.get("microphone") === "keep",
  };
}

/** @param {Location} location */
export function socketUrl(location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/ws`;
}

/**
 * A value of this tab that outlives a reload.
 *
 * @param {string} key
 */
export function kept(key) {
  return {
    read: () => sessionStorage.getItem(key),
    write: (/** @type {string} */ value) => sessionStorage.setItem(key, value),
    forget: () => sessionStorage.removeItem(key),
  };
}
