import { fileProblem } from "../page/file-words.js";
import { kept } from "../page/place.js";
import { refusal } from "../page/words.js";
import { shotOf } from "./chat-state.js";
/** @import { Chat, Client } from "../client/index.js" */
/** @import { ChatShot, ChatState } from "./chat-state.js" */
/** @import { StoreEvent } from "./store.js" */

/** Of a chat that is over, so much is shown again at once after a reload; the rest on demand. */
const KEPT_MESSAGES = 50;

const draft = kept("trefoil.customer.draft");
const last = kept("trefoil.customer.chat");

/** @typedef {{ view: ChatState["view"], shot: ChatShot, reason: string }} KeptChat */

/** What was being written before a reload. */
export function keptDraft() {
  return draft.read() ?? "";
}

/** @param {string} text */
export function keepDraft(text) {
  if (text === "") draft.forget();
  else draft.write(text);
}

/**
 * The chat that was over before a reload.
 *
 * @returns {KeptChat | null}
 */
export function keptChat() {
  try {
    const chat = JSON.parse(last.read() ?? "null");
    return chat && { ...chat, shot: { ...chat.shot, uploads: [] } };
  } catch {
    return null;
  }
}

export function forgetChat() {
  last.forget();
}

/** @param {KeptChat} chat */
function keepChat({ view, shot, reason }) {
  const messages = shot.messages.slice(-KEPT_MESSAGES);
  const more = shot.more || messages.length < shot.messages.length;
  last.write(JSON.stringify({ view, shot: { ...shot, messages, more, pending: [] }, reason }));
}

/**
 * Tells the store what happens in the chat: there is one at a time, and the last one stays.
 *
 * @param {Client} client
 * @param {(event: StoreEvent) => void} dispatch
 */
export function followChat(client, dispatch) {
  /** @type {Chat | null} */
  let current = null;
  /** @type {string | null} */
  let over = null;
  client.on("chat", ({ chat, change, reason = "left" }) => {
    if (change === "new") {
      current = chat;
      over = null;
      forgetChat();
    }
    if (chat !== current) return;
    if (change === "gone") over = reason;
    const { view } = chat;
    const shot = shotOf(chat);
    if (over === null) {
      dispatch({ type: "chat", view, shot });
    } else {
      // What was said last may come after the end.
      keepChat({ view, shot, reason: over });
      dispatch({ type: "chat_gone", view, shot, reason: over });
    }
  });
  client.on("refused", ({ text, file, error }) => {
    const why = file === undefined ? refusal(error.code) : `${file.name}. ${fileProblem(error)}`;
    dispatch({ type: "unsent", text, refused: why });
  });
  client.on("file_limits", (limits) => dispatch({ type: "file_limits", limits }));
  client.on("chat_ready", (ready) => dispatch({ type: "chat_ready", ready }));
}
