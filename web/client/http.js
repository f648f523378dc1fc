import { TrefoilError } from "./errors.js";

/**
 * @typedef {object} HttpServer
 * @property {string} url of the WebSocket, as of the client
 * @property {string | (() => Promise<string>)} token
 * @property {typeof globalThis.fetch} [fetch]
 */

/**
 * What the server answers to whoever the token says; what it refuses is thrown.
 *
 * @param {HttpServer} server
 * @param {string} path
 * @param {Readonly<Record<string, string>>} [query]
 * @param {AbortSignal} [signal]
 */
export async function got({ url, token, fetch = globalThis.fetch }, path, query = {}, signal) {
  const bearer = typeof token === "string" ? token : await token();
  // ws and wss become http and https.
  const address = new URL(path, url.replace(/^ws/, "http"));
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const headers = { authorization: `Bearer ${bearer}` };
  /** @type {Response} */
  let answer;
  try {
    const aborted = signal === undefined ? {} : { signal };
    answer = await fetch(address, { headers, cache: "no-store", credentials: "omit", ...aborted });
  } catch {
    throw cut();
  }
  if (answer.ok) return answer;
  throw await answer.json().then(
    ({ error }) => TrefoilError.fromWire(error),
    () => new TrefoilError("unknown", "That did not work; please try again."),
  );
}

/** The server could not be asked, or its answer ended too early. */
export function cut() {
  return new TrefoilError("not_connected", "The server cannot be reached.");
}
