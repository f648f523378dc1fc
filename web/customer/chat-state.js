import { uploadShot } from "../page/file-state.js";
/**
 * @import {
 *   ConversationId, ConversationView, FileRef, Marks, Message, PersonId
 * } from "../client/types.js"
 */
/** @import { Chat } from "../client/index.js" */
/** @import { Staged, UploadShot } from "../page/file-state.js" */
/** @import { State } from "./store.js" */

/** The customer's chat: what was said, what is being written, and how it stands. */

/**
 * @typedef {object} ChatShot what the SDK knows of a chat, at one moment
 * @property {readonly Message[]} messages the latest, ascending
 * @property {boolean} more whether earlier ones can be loaded, also of one that is over
 * @property {readonly { id: string, text: string, file?: FileRef }[]} pending
 * @property {readonly UploadShot[]} uploads files on their way
 * @property {Readonly<Record<PersonId, Marks>>} marks how far each of the others is
 * @property {readonly PersonId[]} typing
 * @property {number} unread
 * @property {boolean} canWrite
 *
 * @typedef {object} ChatState
 * @property {ConversationView} view the present chat, or the last
 * @property {ChatShot} shot
 * @property {string | null} over why this person has no part in it any more
 *
 * @typedef {object} Compose
 * @property {string} text
 * @property {number} returned how much of it came back unsent and is as it was
 * @property {string | null} refused why it came back
 * @property {readonly Staged[]} files what goes with it
 *
 * @typedef {{ type: "chat", view: ConversationView, shot: ChatShot }
 *   | { type: "chat_gone", view: ConversationView, shot: ChatShot, reason: string }
 *   | { type: "history", conversation: ConversationId, messages: Message[] }
 *   | { type: "chat_ready", ready: boolean }
 *   | { type: "compose", text: string }
 *   | { type: "attach", files: readonly Staged[], refused: string | null }
 *   | { type: "written" }
 *   | { type: "unsent", text: string, refused: string }
 *   | { type: "loading", loading: boolean }
 *   | { type: "busy", busy: State["busy"] }} ChatEvent
 */

/** @type {Compose} */
export const UNWRITTEN = { text: "", returned: 0, refused: null, files: [] };

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
    marks: Object.fromEntries(chat.marks),
    typing: [...chat.typing],
    unread: chat.unread,
    canWrite: chat.canWrite,
  };
}

/**
 * @param {State} state
 * @param {ChatEvent} event
 * @returns {State}
 */
export function changeChat(state, event) {
  switch (event.type) {
    case "chat": {
      const { view, shot } = event;
      const ahead = Math.max(state.ahead ?? -Infinity, view.server_time_ms - state.now);
      const chat = { view, shot, over: null };
      const busy = state.busy === "chat" ? null : state.busy;
      return { ...state, screen: "chat", ahead, busy, chat };
    }
    case "chat_gone": {
      const { view, shot, reason } = event;
      const over = view.ended?.reason ?? reason;
      const quiet = { ...shot, typing: [], canWrite: false };
      return { ...state, screen: "chat", chat: { view, shot: quiet, over } };
    }
    case "history": {
      const { chat } = state;
      // It may go on again by now: then its channel knows better.
      if (chat === null || chat.over === null || chat.view.id !== event.conversation) return state;
      const shot = { ...chat.shot, messages: event.messages, more: false };
      return { ...state, chat: { ...chat, shot } };
    }
    case "chat_ready":
      return { ...state, chatReady: event.ready };
    case "compose":
      // What came back is as it was until somebody writes on.
      return changeCompose(state, { text: event.text, returned: 0, refused: null });
    case "attach":
      return changeCompose(state, { files: event.files, refused: event.refused });
    case "written":
      return { ...state, compose: UNWRITTEN };
    case "unsent":
      return changeCompose(state, returned(state.compose, event));
    case "loading":
      return { ...state, loading: event.loading };
    case "busy":
      return { ...state, busy: event.busy, error: null };
  }
}

/**
 * @param {State} state
 * @param {Partial<Compose>} change
 * @returns {State}
 */
function changeCompose(state, change) {
  return { ...state, compose: { ...state.compose, ...change } };
}

/**
 * Puts back what was not taken, in the order in which it was written and before what is being
 * written.
 *
 * @param {Compose} compose
 * @param {{ text: string, refused: string }} unsent
 * @returns {Partial<Compose>}
 */
function returned(compose, { text, refused }) {
  // A file without a word is no more than told.
  if (text === "") return { refused };
  const back = compose.text.slice(0, compose.returned);
  const own = compose.text.slice(compose.returned).trimStart();
  const before = back === "" ? text : `${back}\n${text}`;
  const whole = own === "" ? before : `${before}\n${own}`;
  return { text: whole, returned: before.length, refused };
}

/**
 * @typedef {"waiting" | "answered" | "alone" | "reconnecting" | "over"} Standing
 */

/**
 * How the chat stands, as the customer would say it.
 *
 * @param {State} state
 * @returns {Standing}
 */
export function standing({ chat, connection, chatReady }) {
  if (chat === null || chat.over !== null) return "over";
  if (connection !== "live" || !chatReady) return "reconnecting";
  if (chat.view.phase === "waiting") return "waiting";
  return answering(chat.view).length > 0 ? "answered" : "alone";
}

/**
 * Those who answer, by name.
 *
 * @param {ConversationView} view
 */
export function answering(view) {
  const there = view.participants.filter(({ id, presence }) => {
    return id !== view.you && presence === "joined";
  });
  return there.map(({ name }) => name);
}

/**
 * How much there is to be looked at: what was not read, and a call that is offered unseen.
 *
 * @param {ChatState | null} chat
 * @param {boolean} shown whether this page can be seen
 */
export function news(chat, shown) {
  if (chat === null) return 0;
  const offered = !shown && chat.over === null && chat.view.offered_call;
  return chat.shot.unread + (offered ? 1 : 0);
}

/**
 * Who types, by name.
 *
 * @param {ChatState} chat
 */
export function typists({ view, shot }) {
  const here = view.participants.filter(({ id }) => shot.typing.includes(id));
  return here.map(({ name }) => name);
}

/**
 * How far one's own message has come.
 *
 * @param {ChatShot} shot
 * @param {Message} message
 * @returns {"sent" | "delivered" | "read"}
 */
export function reached({ marks }, { number }) {
  const all = Object.values(marks);
  if (all.some(({ read }) => read >= number)) return "read";
  return all.some(({ delivered }) => delivered >= number) ? "delivered" : "sent";
}

/**
 * Why it is over, to the customer.
 *
 * @param {ChatState} chat
 */
export function parting({ view, over }) {
  const mine = view.ended?.by === view.you || view.ended === null || view.ended === undefined;
  if (over === "left" || (over === "customer_left" && mine)) return "You have ended this chat.";
  if (over === "customer_lost" || over === "lost") {
    return "This chat was closed while you were away.";
  }
  if (over === "idle") return "This chat was closed because nobody wrote any more.";
  return "This chat is closed. Thank you for writing.";
}

/** As many characters as the server takes at once. */
export const MOST_CHARS = 4_000;

/**
 * Why this cannot be sent, null if it can.
 *
 * @param {State} state
 */
export function sendBlocked({ chat, compose }) {
  if (chat === null || !chat.shot.canWrite) return "This chat takes no messages now";
  const text = compose.text.trim();
  if (text === "" && compose.files.length === 0) return "Write something first";
  // As the server counts: characters, not halves of them.
  const long = text.length > MOST_CHARS && [...text].length > MOST_CHARS;
  return long ? `At most ${MOST_CHARS} characters at once` : null;
}
