import { uploadShot } from "../page/file-state.js";
import { fileProblem } from "../page/file-words.js";
import { unsentText } from "./chat-words.js";
/** @import { Chat, Client } from "../client/index.js" */
/** @import { ChatShot } from "./chats.js" */
/** @import { StoreEvent } from "./store.js" */

/**
 * The SDK's chat as it is at this moment.
 *
 * @param {Chat} chat
 * @returns {ChatShot}
 */
export function shotOf(chat) {
  return {
    messages: [...chat.messages],
    more: chat.more,
    pending: [...chat.pending],
    uploads: chat.uploads.map(uploadShot),
    unread: chat.unread,
    marks: Object.fromEntries(chat.marks),
    typing: [...chat.typing],
    canWrite: chat.canWrite,
    whyNot: chat.whyNot,
  };
}

/**
 * Tells the store what happens in the chats.
 *
 * @param {Client} client
 * @param {(event: StoreEvent) => void} dispatch
 * @param {() => void} rang somebody has written, or offers a chat
 */
export function followChats(client, dispatch, rang) {
  /** @type {Map<string, number>} how many messages of each were unread */
  const unread = new Map();
  client.on("chat", ({ chat, change, reason }) => {
    const conversation = chat.id;
    if (change === "gone") {
      unread.delete(conversation);
      dispatch({ type: "gone", conversation, reason: reason ?? "left" });
      return;
    }
    if (change === "new" || change === "view") dispatch({ type: "view", view: chat.view });
    dispatch({ type: "chat", conversation, chat: shotOf(chat) });
    const more = chat.unread > (unread.get(conversation) ?? 0);
    unread.set(conversation, chat.unread);
    if (more || (change === "new" && chat.ringsHere)) rang();
  });
  client.on("refused", ({ conversation, text, audience, file, error }) => {
    const ofText = unsentText(error.code, error.message);
    const refused = file === undefined ? ofText : `${file.name}. ${fileProblem(error)}`;
    dispatch({ type: "unsent", conversation, text, audience, refused });
  });
  client.on("file_limits", (limits) => dispatch({ type: "file_limits", limits }));
  client.on("chat_ready", (ready) => dispatch({ type: "chat_ready", ready }));
}
