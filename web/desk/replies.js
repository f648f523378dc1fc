import { fillIn, greeting } from "../client/fill-in.js";
import { composed, conversationOf } from "./chats.js";
import { callName, teamName } from "./lookup.js";
/** @import { FilledIn } from "../client/fill-in.js" */
/** @import { OwnerEntry, QuickReply, ReplyOwner } from "../client/quick-replies.js" */
/** @import { ConversationId, ConversationView } from "../client/types.js" */
/** @import { State } from "./state.js" */

/** Quick replies: which there are, and how one is found and put into what is being written. */

/** As the server takes them. */
export const MOST = { title: 60, text: 4000, shortcut: 20 };
const SHORTCUT = /^[a-z0-9_-]+$/;

/**
 * @typedef {object} Picker choosing one for a chat
 * @property {ConversationId} conversation
 * @property {boolean} slash opened by the key `/` in an empty composer
 * @property {string} query
 * @property {number} chosen the place in what is found
 * @property {readonly [start: number, end: number]} caret where it goes into the text
 *
 * @typedef {object} Replies
 * @property {readonly OwnerEntry[]} owners
 * @property {readonly QuickReply[]} all as they were asked for last
 * @property {boolean} known whether they ever were
 * @property {string | null} failed why they could not be asked for
 * @property {Picker | null} picker
 *
 * @typedef {object} ReplyForm a quick reply being written
 * @property {QuickReply | null} reply the one to be changed; null of a new one
 * @property {ReplyOwner} owner
 * @property {string} title
 * @property {string} text
 * @property {string} shortcut
 *
 * @typedef {object} RepliesDialog
 * @property {"replies"} name
 * @property {ReplyForm | null} form null shows the list
 * @property {string | null} removing the one that is to be confirmed
 * @property {string | null} refused why the last thing was not done
 *
 * @typedef {{ type: "replies", owners: readonly OwnerEntry[], all: readonly QuickReply[] }
 *   | { type: "replies_failed", text: string }
 *   | { type: "pick", picker: Picker | null }
 *   | { type: "picking", change: Partial<Picker> }
 *   | { type: "picker_left" }
 *   | { type: "replies_dialog", change: Partial<RepliesDialog> }
 *   | { type: "reply_form", change: Partial<ReplyForm> }
 *   | { type: "reply_stale" }} RepliesEvent
 */

/** @type {Replies} */
export const NO_REPLIES = { owners: [], all: [], known: false, failed: null, picker: null };

/**
 * @param {State} state
 * @param {RepliesEvent} event
 * @returns {State}
 */
export function changeReplies(state, event) {
  const { replies, dialog } = state;
  // An answer that comes late is about somebody who has signed out.
  if (state.session !== "signed_in") return state;
  switch (event.type) {
    case "replies": {
      const { owners, all } = event;
      return { ...state, replies: { ...replies, owners, all, known: true, failed: null } };
    }
    case "replies_failed":
      return { ...state, replies: { ...replies, failed: event.text } };
    case "pick":
      return { ...state, replies: { ...replies, picker: event.picker } };
    case "picking": {
      if (replies.picker === null) return state;
      return { ...state, replies: { ...replies, picker: { ...replies.picker, ...event.change } } };
    }
    case "picker_left":
      return left(state);
    case "replies_dialog":
      if (dialog.name !== "replies") return state;
      return { ...state, dialog: { ...dialog, ...event.change } };
    case "reply_form": {
      if (dialog.name !== "replies" || dialog.form === null) return state;
      const form = { ...dialog.form, ...event.change };
      return { ...state, dialog: { ...dialog, form } };
    }
    case "reply_stale":
      return dialog.name === "replies" ? { ...state, dialog: stale(dialog, replies.all) } : state;
  }
}

/**
 * The picker closes by itself. What was typed behind the `/` is not lost where nothing else was
 * written.
 *
 * @param {State} state
 * @returns {State}
 */
function left(state) {
  const { picker } = state.replies;
  if (picker === null) return state;
  const { conversation: id, slash, query } = picker;
  const draft = composed(state, id);
  const closed = { ...state, replies: { ...state.replies, picker: null } };
  if (!slash || query === "" || draft.text !== "") return closed;
  return { ...closed, drafts: { ...state.drafts, [id]: { ...draft, text: `/${query}` } } };
}

/**
 * Somebody was faster. What was written here stays; whoever saves again knows what it replaces.
 *
 * @param {RepliesDialog} dialog
 * @param {readonly QuickReply[]} all as they are since
 * @returns {RepliesDialog}
 */
function stale(dialog, all) {
  const { form } = dialog;
  if (form === null || form.reply === null) {
    return { ...dialog, removing: null, refused: "Somebody has changed it meanwhile: look again." };
  }
  const reply = all.find(({ id }) => id === form.reply?.id) ?? null;
  const refused =
    reply === null
      ? "Somebody has deleted it meanwhile. Save again to keep yours as a new one."
      : `Somebody has changed it meanwhile. It says now: “${reply.text}”. Save again to put` +
        " yours in its place.";
  return { ...dialog, form: { ...form, reply }, refused };
}

/**
 * What the variables stand for in a conversation.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
function valuesIn(state, view) {
  const customer = view.participants.some(({ role }) => role === "customer");
  return {
    customer: customer ? callName(state, view) : undefined,
    agent: state.person?.name,
    team: view.team === null ? undefined : teamName(state, view.team),
    conversation: view.id,
    greeting: greeting(new Date(state.now)),
  };
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {QuickReply} reply
 * @returns {FilledIn}
 */
export function filledIn(state, view, { text }) {
  return fillIn(text, valuesIn(state, view));
}

/**
 * The quick replies that a query finds: by shortcut, title or text, the best first; one's own
 * before those of the chat's team, and those before others.
 *
 * @param {State} state
 * @param {Picker} picker
 * @returns {QuickReply[]}
 */
export function found({ replies, calls }, { query, conversation }) {
  const wanted = query.trim().toLowerCase();
  const team = calls[conversation]?.team;
  const near = (/** @type {QuickReply} */ { owner }) =>
    owner.startsWith("agent:") ? 0 : owner === `team:${team}` ? 1 : 2;
  const ranked = replies.all.map((reply) => ({ reply, rank: rank(reply, wanted) }));
  return ranked
    .filter(({ rank }) => rank !== null)
    .toSorted(
      (a, b) =>
        Number(a.rank) - Number(b.rank) ||
        near(a.reply) - near(b.reply) ||
        a.reply.title.localeCompare(b.reply.title),
    )
    .map(({ reply }) => reply);
}

/**
 * How well one is what is wanted: 0 is best, null is not.
 *
 * @param {QuickReply} reply
 * @param {string} wanted
 */
function rank({ title, text, shortcut }, wanted) {
  if (wanted === "") return 3;
  if (shortcut === wanted) return 0;
  if (shortcut?.startsWith(wanted)) return 1;
  if (title.toLowerCase().startsWith(wanted)) return 2;
  if (title.toLowerCase().includes(wanted)) return 3;
  return text.toLowerCase().includes(wanted) ? 4 : null;
}

/**
 * The one that is meant by `/shortcut` and a space, if one is.
 *
 * @param {State} state
 * @param {Picker} picker
 */
export function typedOut(state, picker) {
  if (!picker.slash || !/\s$/.test(picker.query)) return undefined;
  const wanted = picker.query.trim();
  const [first] = found(state, picker);
  return first?.shortcut === wanted ? first : undefined;
}

/**
 * What was being written, with the text put in where one wrote.
 *
 * @param {State} state
 * @param {Picker} picker
 * @param {FilledIn} filled
 */
export function putIn(state, { conversation, caret: [start, end] }, filled) {
  const { text, unfilled = [] } = composed(state, conversation);
  const before = text.slice(0, start) + filled.text;
  return {
    text: before + text.slice(end),
    unfilled: [...new Set([...unfilled, ...filled.unfilled])],
    caret: before.length,
  };
}

/**
 * What a quick reply left open, of what still stands there: to be looked at before it is sent.
 *
 * @param {State} state
 * @param {ConversationId} id
 */
export function leftOpen(state, id) {
  const { text, unfilled = [] } = composed(state, id);
  return unfilled.filter((name) => text.includes(name));
}

/**
 * The chat that a picker is open for.
 *
 * @param {State} state
 */
export function pickedFor(state) {
  return conversationOf(state, state.replies.picker?.conversation ?? null);
}

/**
 * Why a form cannot be saved, null if it can.
 *
 * @param {ReplyForm} form
 */
export function whyNotSaved({ title, text, shortcut }) {
  const chars = (/** @type {string} */ one) => [...one.trim()].length;
  if (chars(title) === 0) return "Give it a title";
  if (chars(title) > MOST.title) return `The title has at most ${MOST.title} characters`;
  if (chars(text) === 0) return "Write its text";
  if (chars(text) > MOST.text) return `The text has at most ${MOST.text} characters`;
  if (chars(shortcut) > MOST.shortcut) return `At most ${MOST.shortcut} characters in a shortcut`;
  const plain = shortcut.trim() === "" || SHORTCUT.test(shortcut.trim());
  return plain ? null : "A shortcut has small letters, digits, _ and - only";
}

/**
 * An empty form for the first of those whose quick replies one may change.
 *
 * @param {State} state
 * @param {string} [text]
 * @returns {ReplyForm}
 */
export function freshForm({ person }, text = "") {
  const owner = /** @type {ReplyOwner} */ (person?.id ?? "agent:");
  return { reply: null, owner, title: "", text, shortcut: "" };
}

/**
 * @param {QuickReply} reply
 * @returns {ReplyForm}
 */
export function formOf(reply) {
  const { owner, title, text, shortcut = "" } = reply;
  return { reply, owner, title, text, shortcut };
}

/**
 * Whose a quick reply is, in words.
 *
 * @param {State} state
 * @param {ReplyOwner} owner
 */
export function ownerName(state, owner) {
  if (owner.startsWith("agent:")) return "Own";
  const known = state.replies.owners.find((one) => one.owner === owner);
  return known?.name ?? teamName(state, owner.slice("team:".length));
}

/**
 * @param {State} state
 * @param {ReplyOwner} owner
 */
export function mayChange({ replies }, owner) {
  return replies.owners.some((one) => one.owner === owner && one.may_change);
}
