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
export function got(server, path, query = {}, signal) {
  return asked(server, path, query, signal === undefined ? {} : { signal });
}

/**
 * The same, of a request that changes something.
 *
 * @param {HttpServer} server
 * @param {string} path
 * @param {Readonly<Record<string, string>>} query
 * @param {Pick<RequestInit, "method" | "body" | "signal">} request a body is JSON
 */
export async function asked({ url, token, fetch = globalThis.fetch }, path, query, request) {
  const bearer = typeof token === "string" ? token : await token();
  // ws and wss become http and https.
  const address = new URL(path, url.replace(/^ws/, "http"));
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const json = request.body === undefined ? {} : { "content-type": "application/json" };
  const headers = { authorization: `Bearer ${bearer}`, ...json };
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(address, { headers, cache: "no-store", credentials: "omit", ...request });
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
