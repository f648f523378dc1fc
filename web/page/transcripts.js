import { transcript } from "../client/index.js";
import { saveAs } from "./save.js";
/** @import { TranscriptFormat, TranscriptServer } from "../client/transcript.js" */

/** @type {Readonly<Record<TranscriptFormat, string>>} */
const ENDINGS = { json: "json", text: "txt", html: "html" };

/**
 * Saves what was written in a chat as a file on this machine.
 *
 * @param {TranscriptServer} server
 * @param {string} conversation
 * @param {TranscriptFormat} format
 * @param {boolean} [forCustomer]
 */
export async function saveTranscript(server, conversation, format, forCustomer = false) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const blob = await transcript(server, conversation, { format, forCustomer, zone });
  const copy = forCustomer ? "-customer" : "";
  saveAs(blob, `chat-${conversation}${copy}.${ENDINGS[format]}`);
}
