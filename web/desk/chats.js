import { unsentText } from "./chat-words.js";
import { nameOf, observing, offeredHere, seatedIn, teamName } from "./lookup.js";
/**
 * @import {
 *   Audience, ConversationId, ConversationView, FileRef, Marks, Message, Owner, PersonId
 * } from "../client/types.js"
 */
/** @import { Staged, UploadShot } from "../page/file-state.js" */
/** @import { State } from "./state.js" */

/**
 * The conversations side by side: which of them is on the stage, what was written in each, and
 * what is being written.
 */

/** Chats that are over here and still to be looked at: more than these nobody comes back to. */
const CLOSED = 8;
/** News of a conversation end within seconds of it: more than an agent has in an hour. */
const KNOWN = 50;

/**
 * @typedef {object} ChatShot what the SDK knows of a chat, at one moment
 * @property {readonly Message[]} messages the latest, ascending
 * @property {boolean} more whether earlier ones can be loaded
 * @property {readonly { id: string, text: string, audience: Audience, file?: FileRef }[]} pending
 * @property {readonly UploadShot[]} uploads files on their way
 * @property {number} unread
 * @property {Readonly<Record<PersonId, Marks>>} marks how far each of the others is
 * @property {readonly PersonId[]} typing
 * @property {boolean} canWrite
 * @property {string | null} whyNot why it cannot be written to, a code
 *
 * @typedef {object} Compose what is being written in one conversation
 * @property {string} text
 * @property {boolean} note whether it is for colleagues only
 * @property {number} returned how much of the text came back unsent and is as it was
 * @property {string | null} refused why it came back
 * @property {readonly Staged[]} [files] what goes with it
 * @property {readonly string[]} [unfilled] what quick replies have left open
 * @property {string} decline why one does not take the offer
 *
 * @typedef {object} Closed a chat that one has no part in any more
 * @property {ConversationView} view as it was last
 * @property {string} why
 *
 * @typedef {"offered" | "member" | "listener" | "monitor" | "closed"} Part
 *
 * @typedef {{ type: "chat", conversation: ConversationId, chat: ChatShot }
 *   | { type: "select", conversation: ConversationId }
 *   | { type: "compose", conversation: ConversationId, change: Partial<Compose> }
 *   | { type: "written", conversation: ConversationId }
 *   | { type: "unsent", conversation: ConversationId, text: string, audience: Audience,
 *       refused: string }
 *   | { type: "close", conversation: ConversationId }} ChatEvent
 */

/** @type {ChatShot} */
const NOTHING_YET = {
  messages: [],
  more: false,
  pending: [],
  uploads: [],
  unread: 0,
  marks: {},
  typing: [],
  canWrite: false,
  whyNot: null,
};

/** @type {Compose} */
export const UNWRITTEN = { text: "", note: false, returned: 0, refused: null, decline: "" };

/** Nothing to be sent. */
const EMPTY = { text: "", returned: 0, files: [], unfilled: [] };

/**
 * @param {State} state
 * @param {ChatEvent} event
 * @returns {State}
 */
export function changeChats(state, event) {
  const { conversation: id } = event;
  switch (event.type) {
    case "chat":
      return settled({ ...state, chats: { ...state.chats, [id]: event.chat } });
    case "select":
      return { ...state, selected: id };
    case "compose": {
      // What came back is as it was until somebody writes on.
      const own = event.change.text === undefined ? {} : { returned: 0, refused: null };
      return compose(state, id, { ...own, ...event.change });
    }
    case "written":
      return compose(state, id, { ...EMPTY, refused: null });
    case "unsent":
      return compose(state, id, returned(composed(state, id), event));
    case "close": {
      const { [id]: _, ...closed } = state.closed;
      return settled(forgotten({ ...state, closed }, id));
    }
  }
}

/**
 * Puts back what was not taken, in the order in which it was written and before what is being
 * written. Where a note is among it, all of it stays among colleagues.
 *
 * @param {Compose} draft
 * @param {Extract<ChatEvent, { type: "unsent" }>} event
 * @returns {Partial<Compose>}
 */
function returned(draft, { text, audience, refused }) {
  // A file without a word is no more than told.
  if (text === "") return { refused };
  const back = draft.text.slice(0, draft.returned);
  const own = draft.text.slice(draft.returned).trimStart();
  const before = back === "" ? text : `${back}\n${text}`;
  return {
    text: own === "" ? before : `${before}\n${own}`,
    returned: before.length,
    note: audience === "agents" || (draft.note && draft.text !== ""),
    refused,
  };
}

/**
 * @param {State} state
 * @param {ConversationId} id
 * @param {Partial<Compose>} change
 * @returns {State}
 */
function compose(state, id, change) {
  const drafts = { ...state.drafts, [id]: { ...composed(state, id), ...change } };
  return { ...state, drafts };
}

/**
 * @param {State} state
 * @param {ConversationId} id
 */
export function composed(state, id) {
  return state.drafts[id] ?? UNWRITTEN;
}

/**
 * @param {State} state
 * @param {ConversationId} id
 */
export function chatOf(state, id) {
  return state.chats[id] ?? NOTHING_YET;
}

/**
 * A conversation that is shown here, also one that is over.
 *
 * @param {State} state
 * @param {ConversationId | null} id
 */
export function conversationOf(state, id) {
  if (id === null) return undefined;
  return state.calls[id] ?? state.closed[id]?.view;
}

/**
 * What part one has in a chat.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @returns {Part}
 */
export function partIn(state, view) {
  if (state.calls[view.id] === undefined || view.ended) return "closed";
  if (seatedIn(view)) return "member";
  if (offeredHere(view)) return "offered";
  const me = observing(view);
  if (me === undefined) return "closed";
  return me.mode === "listener" ? "listener" : "monitor";
}

/**
 * The chat on the stage.
 *
 * @param {State} state
 */
export function shownChat(state) {
  const view = conversationOf(state, state.selected);
  return view?.medium === "chat" ? view : undefined;
}

/**
 * All conversations of this agent, the one with the newest activity first.
 *
 * @param {State} state
 * @returns {ConversationView[]}
 */
export function listed(state) {
  const closed = Object.values(state.closed).map(({ view }) => view);
  const all = [...Object.values(state.calls).filter(({ ended }) => !ended), ...closed];
  return all.toSorted((a, b) => latest(state, b) - latest(state, a) || (a.id < b.id ? -1 : 1));
}

/**
 * When something happened in it last, by the server's clock.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
function latest(state, { id, started_at_ms: started }) {
  const said = chatOf(state, id).messages.at(-1)?.at_ms ?? started;
  const happened = state.chronicles[id]?.at(-1)?.at ?? started;
  return Math.max(started, said, happened);
}

/**
 * How many messages were not on the stage yet.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function unreadIn(state, { id }) {
  return state.closed[id] === undefined ? chatOf(state, id).unread : 0;
}

/** @param {State} state */
export function unreadAll(state) {
  return listed(state).reduce((sum, view) => sum + unreadIn(state, view), 0);
}

/**
 * Who cannot write is told why; null for who can.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function whyMute(state, view) {
  const part = partIn(state, view);
  switch (part) {
    case "offered":
      return "Accept the chat to write in it.";
    case "closed":
      return state.closed[view.id]?.why ?? "This chat is over.";
    case "listener":
      return `You are listening. ${answering(state, view.owner)}`;
    case "monitor":
      return "You read along unnoticed: nobody in it sees you.";
    case "member": {
      const { canWrite, whyNot } = chatOf(state, view.id);
      return canWrite ? null : `${unsentText(whyNot)}.`;
    }
  }
}

/**
 * @param {State} state
 * @param {Owner | null} owner
 */
export function answering(state, owner) {
  if (owner === null) return "Nobody answers now.";
  if ("agent" in owner) return `${nameOf(state, `agent:${owner.agent}`)} answers now.`;
  return `It waits in the queue of ${teamName(state, owner.queue)} now.`;
}

/**
 * After a view: where one newly has a part, there one looks. Nobody is taken away from what they
 * read by what others do.
 *
 * @param {State} before
 * @param {State} state
 * @param {ConversationView} view
 * @returns {State}
 */
export function entered(before, state, view) {
  const was = before.calls[view.id];
  const fresh = !view.ended && isIn(view) && (was === undefined || !isIn(was));
  const moves = fresh && isSettled(before) && !tookOffer(before, view);
  const moved = moves ? { ...state, selected: view.id } : state;
  const { [view.id]: _, ...closed } = moved.closed;
  return settled({ ...moved, closed, known: noted(state.known, view) });
}

/**
 * The first views come before the first desk: those conversations are older than this page.
 *
 * @param {State} state
 */
function isSettled({ desk }) {
  return desk !== null;
}

/**
 * Whether the customer of a chat has just taken the call it was offered: one sits in it from its
 * beginning, without having been rung. Who writes meanwhile goes on there, where no letter is a key
 * of the call.
 *
 * @param {State} before
 * @param {ConversationView} view
 */
export function tookOffer(before, view) {
  const { medium, linked, participants, started_at_ms: began, you } = view;
  if (medium !== "voice" || view.ended || !isSettled(before)) return false;
  if (before.calls[view.id] !== undefined) return false;
  const chat = before.calls[linked ?? ""];
  const me = participants.find(({ id }) => id === you);
  return chat !== undefined && seatedIn(chat) && me?.joined_at_ms === began;
}

/**
 * News of a chat may come after it is gone from here.
 *
 * @param {readonly ConversationId[]} known
 * @param {ConversationView} view
 */
function noted(known, { id, medium }) {
  return medium !== "chat" || known.includes(id) ? known : [...known, id].slice(-KNOWN);
}

/** @param {ConversationView} view */
function isIn(view) {
  return seatedIn(view) || observing(view) !== undefined;
}

/**
 * A conversation is gone from the server's view of this person. What is being read of a chat or has
 * not been sent stays until it is put away.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} reason
 * @returns {State} without it among the conversations
 */
export function left(state, view, reason) {
  const { pending, uploads } = chatOf(state, view.id);
  const { text, files = [] } = composed(state, view.id);
  const unsent = pending.length + uploads.length + files.length > 0 || text.trim() !== "";
  const onItsOwn = reason !== "left" && reason !== "declined" && !offeredHere(view);
  const isRead = onItsOwn && state.selected === view.id;
  // Of a call that is over there is nothing to be read.
  if (view.medium !== "chat" || !(unsent || isRead)) return settled(forgotten(state, view.id));
  const why = closedText(state, view, reason);
  const { [view.id]: _, ...others } = state.closed;
  const closed = Object.fromEntries(Object.entries(others).slice(1 - CLOSED));
  return settled({ ...state, closed: { ...closed, [view.id]: { view, why } } });
}

/**
 * Somebody took the place of this agent, which is told so beside the last view of the chat: whoever
 * it was answers for it, also where it is over here.
 *
 * @param {State} state
 * @param {ConversationId} id
 * @param {PersonId} by
 * @returns {State}
 */
export function takenOver(state, id, by) {
  const view = conversationOf(state, id);
  if (view?.medium !== "chat") return state;
  const owner = { agent: by.slice("agent:".length) };
  const participants = view.participants.filter((one) => one.id !== view.you);
  const now = { ...view, owner, participants };
  if (state.calls[id] !== undefined) return { ...state, calls: { ...state.calls, [id]: now } };
  const closed = { view: now, why: closedText(state, now, "removed") };
  return { ...state, closed: { ...state.closed, [id]: closed } };
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} reason
 */
function closedText(state, { ended, owner, you }, reason) {
  if (reason === "ended" || ended) return "This chat has ended.";
  if (reason === "rescinded") return "This chat is no longer offered to you.";
  const other = owner !== null && "agent" in owner && `agent:${owner.agent}` !== you;
  return `You are out of this chat.${other ? ` ${answering(state, owner)}` : ""}`;
}

/**
 * @param {State} state
 * @param {ConversationId} id
 * @returns {State}
 */
function forgotten(state, id) {
  const { [id]: _, ...chats } = state.chats;
  const { [id]: __, ...drafts } = state.drafts;
  return { ...state, chats, drafts };
}

/**
 * There is always something on the stage while there is anything: a call first, which talks, then
 * the newest. A call that rings has its own place.
 *
 * @param {State} state
 * @returns {State}
 */
function settled(state) {
  if (conversationOf(state, state.selected) !== undefined) return state;
  const all = listed(state).filter((view) => view.medium === "chat" || !offeredHere(view));
  const first = all.find(({ medium }) => medium !== "chat") ?? all[0];
  return { ...state, selected: first?.id ?? null };
}
