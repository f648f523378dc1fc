import { TrefoilError } from "./errors.js";
import { cut, got } from "./http.js";
/** @import { HttpServer } from "./http.js" */
/** @import { ConversationId, Message } from "./types.js" */

/**
 * @typedef {"json" | "text" | "html"} TranscriptFormat
 *
 * @typedef {HttpServer} TranscriptServer
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
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/transcript`;
  const reader = forCustomer ? { for: "customer" } : {};
  const clocks = zone === undefined ? {} : { tz: zone };
  try {
    const answer = await got(server, path, { format, ...reader, ...clocks });
    return await answer.blob();
  } catch (error) {
    // A connection that is cut in the middle.
    if (!(error instanceof TrefoilError)) throw cut();
    // Browsers may know zones that the server does not.
    if (error.code !== "malformed" || zone === undefined) throw error;
    return transcript(server, conversation, { format, forCustomer });
  }
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
