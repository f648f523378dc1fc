import { TrefoilError } from "./errors.js";
/** @import { ConversationId, Message } from "./types.js" */

/**
 * @typedef {"json" | "text" | "html"} TranscriptFormat
 *
 * @typedef {object} TranscriptServer
 * @property {string} url of the WebSocket, as of the client
 * @property {string | (() => Promise<string>)} token
 * @property {typeof globalThis.fetch} [fetch]
 *
 * @typedef {object} TranscriptOptions
 * @property {TranscriptFormat} [format]
 * @property {boolean} [forCustomer] without notes, as a customer always gets it
 * @property {string} [zone] an IANA name: the clocks that text and web page show
 */

/**
 * What was written in a chat, running or over, as long as the server keeps it.
 *
 * @param {TranscriptServer} server
 * @param {ConversationId} conversation
 * @param {TranscriptOptions} [options]
 * @returns {Promise<Blob>}
 */
export async function transcript(server, conversation, options = {}) {
  const { format = "json", forCustomer = false, zone } = options;
  const { token, fetch = globalThis.fetch } = server;
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/transcript`;
  // ws and wss become http and https.
  const url = new URL(path, server.url.replace(/^ws/, "http"));
  url.searchParams.set("format", format);
  if (forCustomer) url.searchParams.set("for", "customer");
  if (zone !== undefined) url.searchParams.set("tz", zone);
  const bearer = typeof token === "string" ? token : await token();
  const headers = { authorization: `Bearer ${bearer}` };
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(url, { headers, cache: "no-store", credentials: "omit" });
    // A connection that is cut in the middle fails here.
    if (answer.ok) return await answer.blob();
  } catch {
    throw new TrefoilError("not_connected", "The server cannot be reached.");
  }
  const error = await answer.json().then(
    ({ error }) => TrefoilError.fromWire(error),
    () => new TrefoilError("unknown", "That did not work; please try again."),
  );
  // Browsers may know zones that the server does not.
  if (error.code === "malformed" && zone !== undefined) {
    return transcript(server, conversation, { format, forCustomer });
  }
  throw error;
}

/**
 * All messages of a chat, as its channel would give them.
 *
 * @param {TranscriptServer} server
 * @param {ConversationId} conversation
 * @returns {Promise<Message[]>} ascending
 */
export async function writtenIn(server, conversation) {
  const blob = await transcript(server, conversation);
  /** @type {{ messages: Message[] }} */
  const { messages } = JSON.parse(await blob.text());
  return messages.map(({ number, from, audience, at_ms, text, file }) => {
    const message = { number, id: null, from, audience, at_ms, text: text ?? "" };
    return file === undefined ? message : { ...message, file };
  });
}
