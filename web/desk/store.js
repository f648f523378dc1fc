import { changeBoard } from "./board.js";
import { chatNotice } from "./chat-words.js";
import { changeChats, conversationOf, entered, left, takenOver, tookOffer } from "./chats.js";
import { begun, factsOfNotice, factsOfView, remember } from "./chronicle.js";
import { callName, namesAbout, namesOf, serverNow } from "./lookup.js";
import { changeClosed } from "./closed.js";
import { changeReplies } from "./replies.js";
import { INITIAL } from "./state.js";
import { changeFiles } from "../page/file-state.js";
import { noticeText, refusedText } from "../page/notices.js";
/** @import { ActionName, ConversationId, ConversationView } from "../client/types.js" */
/** @import { DeskView, Notice } from "../client/types.js" */
/** @import { Names } from "../page/notices.js" */

/** How each event changes what the desk shows. Nothing here touches a page or a clock. */

const HISTORY = 50;
const TOASTS = 4;
const TOAST_FOR_MS = 7_000;
/** What went wrong is read by somebody who is in the middle of a talk. */
const WARNING_FOR_MS = 20_000;

export { INITIAL };
export * from "./lookup.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").StoreEvent} StoreEvent
 * @typedef {import("./state.js").Dialog} Dialog
 * @typedef {import("./state.js").News} News
 * @typedef {import("./state.js").Tone} Tone
 * @typedef {import("./state.js").SignInWay} SignInWay
 * @typedef {import("./state.js").TransferDraft} TransferDraft
 * @typedef {import("./state.js").TransferWay} TransferWay
 */

/**
 * @param {State} state
 * @param {StoreEvent} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "demo":
      return { ...state, demo: event.demo };
    case "token_draft":
      return { ...state, tokenDraft: event.text };
    case "login_draft":
      return { ...state, loginDraft: event.text };
    case "sign_in":
      return { ...state, session: "signing_in", signInWay: event.way, signInError: null };
    case "sign_in_over":
      return { ...state, signInOver: true };
    case "signed_in":
      return { ...state, session: "signed_in", person: event.person, tokenDraft: "" };
    case "signed_out":
      return signedOut(state, event.error, event.againAfterMs ?? 0);
    case "connection": {
      const ahead = event.state === "lost" ? null : state.ahead;
      return { ...state, connection: event.state, ahead };
    }
    case "leg":
      return { ...state, leg: event.state };
    case "microphone": {
      const { state: microphone, message, advice } = event;
      return { ...state, microphone: { state: microphone, message, advice } };
    }
    case "sound_blocked":
      return { ...state, soundBlocked: event.blocked };
    case "desk":
      return showDesk(state, event.desk);
    case "view":
      return showCall(state, event.view);
    case "gone":
      return dropCall(state, event.conversation, event.reason ?? "ended");
    case "notice":
      return heed(state, event.notice);
    case "pending":
      return { ...state, pending: [...state.pending, event.key] };
    case "done":
      return { ...state, pending: state.pending.filter((key) => key !== event.key) };
    case "refused":
      return refused(state, event);
    case "dismiss":
      return { ...state, toasts: state.toasts.filter(({ id }) => id !== event.id) };
    case "dialog":
      return { ...state, dialog: event.dialog };
    case "menu":
      return { ...state, menu: event.menu };
    case "board":
    case "board_page":
    case "ongoing":
      return { ...state, board: changeBoard(state.board, event) };
    case "drafts":
      return { ...state, drafts: { ...event.drafts, ...state.drafts } };
    case "chat_ready":
      return { ...state, chatReady: event.ready };
    case "unsent":
      return unsent(state, event);
    case "chat":
    case "select":
    case "compose":
    case "written":
    case "close":
      return changeChats(state, event);
    case "closed_kept":
    case "history":
      return changeClosed(state, event);
    case "replies":
    case "replies_failed":
    case "pick":
    case "picking":
    case "picker_left":
    case "replies_dialog":
    case "reply_form":
    case "reply_stale":
      return changeReplies(state, event);
    case "file":
      return { ...state, files: changeFiles(state.files, event) };
    case "file_limits":
      return { ...state, fileLimits: event.limits };
    case "draft":
      return changeDraft(state, event.change);
    case "tick":
      return tick(state, event.now);
  }
}

/**
 * Forgets everything but what serves to sign in again.
 *
 * @param {State} state
 * @param {string | null} signInError
 * @param {number} againAfterMs
 * @returns {State}
 */
function signedOut(state, signInError, againAfterMs) {
  const { demo, now, loginDraft, signInWay } = state;
  const signInAgainAt = againAfterMs > 0 ? now + againAfterMs : null;
  return { ...INITIAL, demo, now, loginDraft, signInWay, signInError, signInAgainAt };
}

/**
 * A refusal is told where one looks: in the dialog that asked, or else as news.
 *
 * @param {State} state
 * @param {Extract<StoreEvent, { type: "refused" }>} event
 * @returns {State}
 */
function refused(state, { key, code, message, extra = {} }) {
  const next = { ...state, pending: state.pending.filter((one) => one !== key) };
  const text = `${refusedText({ code, message, extra }, namesOf(state))}.`;
  const { dialog } = state;
  const asked = dialog.name === "transfer" && key === `invite ${dialog.draft.conversation}`;
  return asked ? changeDraft(next, { refused: text }) : tell(next, text, "warn");
}

/**
 * What the server did not take goes back to where it was written, if that is still there.
 *
 * @param {State} state
 * @param {Extract<StoreEvent, { type: "unsent" }>} event
 * @returns {State}
 */
function unsent(state, event) {
  if (conversationOf(state, event.conversation) !== undefined) return changeChats(state, event);
  const { text, refused } = event;
  return tell(state, `${refused}. Not sent${text === "" ? "" : `: “${text}”`}`, "warn");
}

/**
 * @param {State} state
 * @param {DeskView} desk
 * @returns {State}
 */
function showDesk(state, desk) {
  const names = { ...state.names, [desk.you.id]: desk.you.name };
  for (const { id, name } of desk.agents) names[id] = name;
  const next = { ...state, desk, names, ahead: aheadBy(state, desk) };
  // The first views come before the first desk, which knows the teams by name.
  const first = state.desk === null;
  return first ? { ...next, chronicles: begun(Object.values(next.calls), namesOf(next)) } : next;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @returns {State}
 */
function showCall(state, view) {
  const names = { ...state.names };
  for (const { id, name } of view.participants) names[id] = name;
  for (const { id, name } of view.observers ?? []) names[id] = name;
  for (const { id, name } of view.offer?.candidates ?? []) names[id] = name;
  const calls = { ...state.calls, [view.id]: view };
  const shown = { ...state, calls, names, ahead: aheadBy(state, view) };
  const facts = factsOfView(state.calls[view.id], view, namesOf(shown));
  const told = { ...shown, chronicles: remember(state.chronicles, view.id, facts) };
  const next = answered(state, entered(state, told, view), view);
  return canChoose(view, state.dialog) ? next : closeTransfer(next, view.id);
}

/**
 * Nothing rings where a customer takes the call it was offered: one is heard at once.
 *
 * @param {State} before
 * @param {State} state
 * @param {ConversationView} view
 * @returns {State}
 */
function answered(before, state, view) {
  if (!tookOffer(before, view)) return state;
  return tell(state, `${callName(state, view)} has answered: you talk with each other.`, "good");
}

/** @type {Readonly<Record<TransferWay, readonly ActionName[]>>} */
const NEEDS = {
  consult: ["invite", "transfer"],
  conference: ["invite", "transfer"],
  blind: ["invite", "transfer"],
  on_behalf: ["transfer_on_behalf"],
  listener: ["invite_listener"],
};

/**
 * Whether the transfer dialog still makes sense: another's invitation may have come first.
 *
 * @param {ConversationView} view
 * @param {Dialog} dialog
 */
function canChoose(view, dialog) {
  if (dialog.name !== "transfer") return true;
  const needs = NEEDS[dialog.draft.way];
  return view.actions.some(({ action, enabled }) => enabled && needs.includes(action));
}

/**
 * @param {State} state
 * @param {ConversationId} conversation
 * @returns {State}
 */
function closeTransfer(state, conversation) {
  const { dialog } = state;
  const open = dialog.name === "transfer" && dialog.draft.conversation === conversation;
  return open ? { ...state, dialog: { name: "none" } } : state;
}

/**
 * @param {State} state
 * @param {ConversationId} conversation
 * @param {string} reason
 * @returns {State}
 */
function dropCall(state, conversation, reason) {
  const { [conversation]: view, ...calls } = state.calls;
  const { dialog } = state;
  const declining = dialog.name === "decline" && dialog.conversation === conversation;
  const rest = closeTransfer({ ...state, calls }, conversation);
  const next = view === undefined ? rest : left(rest, view, reason);
  return declining ? { ...next, dialog: { name: "none" } } : next;
}

/** @type {Readonly<Partial<Record<Notice["kind"], Tone>>>} */
const TONES = {
  candidate_failed: "warn",
  offer_ended: "warn",
  call_declined: "warn",
  call_not_answered: "warn",
  customer_left: "warn",
  customer_lost: "warn",
  participant_lost: "warn",
  missed_offers: "warn",
  removed: "warn",
  recalled: "warn",
  taken_over: "warn",
  transferred_on_behalf: "warn",
  force_muted: "warn",
  observing_ended: "warn",
  requeued: "warn",
  participant_joined: "good",
  customer_back: "good",
  participant_back: "good",
};

/** @param {Notice} notice */
function toneOf({ kind, reason }) {
  // Asked for, by oneself or by the colleague beside.
  if (kind === "offer_ended" && reason === "cancelled") return "info";
  return TONES[kind] ?? "info";
}

/**
 * @param {State} state
 * @param {Notice} notice
 */
function heed(state, notice) {
  const self = state.person?.id;
  // What one did oneself needs no telling; being lost is another matter.
  if (notice.participant === self && self !== undefined && notice.reason !== "lost") return state;
  const about = notice.conversation === undefined ? undefined : state.calls[notice.conversation];
  if (staysToListen(notice, about)) return state;
  const say = ofChat(state, notice) ? chatNotice : noticeText;
  const names = namesAbout(state, about);
  const told = tell(state, say(notice, names), toneOf(notice));
  return ousted(chronicled(told, notice, names), notice);
}

/**
 * @param {State} state
 * @param {Notice} notice
 */
function ousted(state, { kind, conversation, by }) {
  if (kind !== "taken_over" || conversation === undefined || by === undefined) return state;
  return takenOver(state, conversation, by);
}

/**
 * @param {State} state
 * @param {Notice} notice
 */
function ofChat({ known }, { conversation }) {
  return conversation !== undefined && known.includes(conversation);
}

/**
 * Who has given a chat away left its seat and not the chat: that it listens is told by itself.
 *
 * @param {Notice} notice
 * @param {ConversationView | undefined} about
 */
function staysToListen({ kind, reason, participant }, about) {
  if (kind !== "participant_left" || reason !== "left" || about?.medium !== "chat") return false;
  return (about.observers ?? []).some(({ id }) => id === participant);
}

/**
 * @param {State} state
 * @param {Notice} notice
 * @param {Names} names
 * @returns {State}
 */
function chronicled(state, notice, names) {
  if (notice.conversation === undefined) return state;
  const medium = ofChat(state, notice) ? "chat" : "voice";
  const facts = factsOfNotice(notice, serverNow(state), names, medium);
  return { ...state, chronicles: remember(state.chronicles, notice.conversation, facts) };
}

/**
 * @param {State} state
 * @param {string} text
 * @param {Tone} tone
 * @returns {State}
 */
function tell(state, text, tone) {
  const news = { id: state.nextNews, at: state.now, text, tone };
  return {
    ...state,
    nextNews: state.nextNews + 1,
    toasts: [...state.toasts, news].slice(-TOASTS),
    history: [news, ...state.history].slice(0, HISTORY),
  };
}

/**
 * @param {State} state
 * @param {Partial<TransferDraft>} change
 * @returns {State}
 */
function changeDraft(state, change) {
  if (state.dialog.name !== "transfer") return state;
  return { ...state, dialog: { name: "transfer", draft: { ...state.dialog.draft, ...change } } };
}

/**
 * @param {State} state
 * @param {number} now
 * @returns {State}
 */
function tick(state, now) {
  const toasts = state.toasts.filter(({ at, tone }) => now - at < lifetime(tone));
  return { ...state, now, toasts: toasts.length === state.toasts.length ? state.toasts : toasts };
}

/** @param {Tone} tone */
function lifetime(tone) {
  return tone === "warn" ? WARNING_FOR_MS : TOAST_FOR_MS;
}

/**
 * A message tells when its latest fact happened, which may be a while ago: the freshest one tells
 * the server's clock best.
 *
 * @param {State} state
 * @param {{ server_time_ms: number }} message
 */
function aheadBy(state, message) {
  const ahead = message.server_time_ms - state.now;
  return state.ahead === null ? ahead : Math.max(state.ahead, ahead);
}
