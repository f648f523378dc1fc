import { noticeText, refusal } from "../page/words.js";
/** @import { ConnectionState } from "../client/connection.js" */
/** @import { LegState } from "../client/media.js" */
/** @import { MicrophoneState } from "../client/microphone.js" */
/**
 * @import {
 *   ConversationId, ConversationView, DeskView, Notice, Person, PersonId, Target
 * } from "../client/types.js"
 */
/** @import { Demo } from "../page/demo.js" */

/** What the desk shows, and how each event changes it. Nothing here touches a page or a clock. */

const HISTORY = 50;
const TOASTS = 4;
const TOAST_FOR_MS = 7_000;

/**
 * @typedef {"info" | "good" | "warn"} Tone
 * @typedef {{ id: number, at: number, text: string, tone: Tone }} News
 *
 * @typedef {"consult" | "conference" | "blind"} TransferWay
 * @typedef {object} TransferDraft
 * @property {ConversationId} conversation
 * @property {string} search
 * @property {Target | null} target
 * @property {TransferWay} way
 * @property {boolean} holdNow
 * @property {boolean} stayHeld
 * @property {string} note
 *
 * @typedef {{ name: "none" } | { name: "help" } | { name: "transfer", draft: TransferDraft }
 *   | { name: "decline", conversation: ConversationId, text: string }} Dialog
 *
 * @typedef {object} State
 * @property {"signed_out" | "signing_in" | "signed_in"} session
 * @property {Demo | null} demo
 * @property {string} tokenDraft
 * @property {string | null} signInError
 * @property {Person | null} person
 * @property {ConnectionState} connection
 * @property {LegState} leg
 * @property {{ state: MicrophoneState, message: string | null, advice: string | null }} microphone
 * @property {boolean} soundBlocked
 * @property {DeskView | null} desk
 * @property {Readonly<Record<ConversationId, ConversationView>>} calls
 * @property {Readonly<Record<PersonId, string>>} names everybody this desk has heard of
 * @property {readonly string[]} pending commands on their way, as keys of buttons
 * @property {readonly News[]} toasts
 * @property {readonly News[]} history newest first
 * @property {number} nextNews
 * @property {Dialog} dialog
 * @property {number} now this machine's clock
 * @property {number | null} ahead how far the server's clock is ahead of it
 *
 * @typedef {{ type: "demo", demo: Demo | null }
 *   | { type: "token_draft", text: string }
 *   | { type: "sign_in" }
 *   | { type: "signed_in", person: Person }
 *   | { type: "signed_out", error: string | null }
 *   | { type: "connection", state: ConnectionState }
 *   | { type: "leg", state: LegState }
 *   | { type: "microphone", state: MicrophoneState, message: string | null, advice: string | null }
 *   | { type: "sound_blocked", blocked: boolean }
 *   | { type: "desk", desk: DeskView }
 *   | { type: "view", view: ConversationView }
 *   | { type: "gone", conversation: ConversationId }
 *   | { type: "notice", notice: Notice }
 *   | { type: "pending", key: string }
 *   | { type: "done", key: string }
 *   | { type: "refused", key: string, code: string, message: string }
 *   | { type: "dismiss", id: number }
 *   | { type: "dialog", dialog: Dialog }
 *   | { type: "draft", change: Partial<TransferDraft> }
 *   | { type: "tick", now: number }} StoreEvent
 */

/** @type {State} */
export const INITIAL = {
  session: "signed_out",
  demo: null,
  tokenDraft: "",
  signInError: null,
  person: null,
  connection: "idle",
  leg: "off",
  microphone: { state: "off", message: null, advice: null },
  soundBlocked: false,
  desk: null,
  calls: {},
  names: {},
  pending: [],
  toasts: [],
  history: [],
  nextNews: 1,
  dialog: { name: "none" },
  now: 0,
  ahead: null,
};

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
    case "sign_in":
      return { ...state, session: "signing_in", signInError: null };
    case "signed_in":
      return { ...state, session: "signed_in", person: event.person, tokenDraft: "" };
    case "signed_out":
      return { ...INITIAL, demo: state.demo, now: state.now, signInError: event.error };
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
      return dropCall(state, event.conversation);
    case "notice":
      return heed(state, event.notice);
    case "pending":
      return { ...state, pending: [...state.pending, event.key] };
    case "done":
      return { ...state, pending: state.pending.filter((key) => key !== event.key) };
    case "refused": {
      const pending = state.pending.filter((key) => key !== event.key);
      return tell({ ...state, pending }, `${refusal(event.code, event.message)}.`, "warn");
    }
    case "dismiss":
      return { ...state, toasts: state.toasts.filter(({ id }) => id !== event.id) };
    case "dialog":
      return { ...state, dialog: event.dialog };
    case "draft":
      return changeDraft(state, event.change);
    case "tick":
      return tick(state, event.now);
  }
}

/**
 * @param {State} state
 * @param {DeskView} desk
 * @returns {State}
 */
function showDesk(state, desk) {
  const names = { ...state.names, [desk.you.id]: desk.you.name };
  for (const { id, name } of desk.agents) names[id] = name;
  return { ...state, desk, names, ahead: aheadBy(state, desk) };
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @returns {State}
 */
function showCall(state, view) {
  const names = { ...state.names };
  for (const { id, name } of view.participants) names[id] = name;
  for (const { id, name } of view.offer?.candidates ?? []) names[id] = name;
  const calls = { ...state.calls, [view.id]: view };
  const next = { ...state, calls, names, ahead: aheadBy(state, view) };
  return canInvite(view) ? next : closeTransfer(next, view.id);
}

/**
 * Whether the transfer dialog still makes sense: another's invitation may have come first.
 *
 * @param {ConversationView} view
 */
function canInvite(view) {
  return view.actions.some(
    (one) => (one.action === "invite" || one.action === "transfer") && one.enabled,
  );
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
 * @returns {State}
 */
function dropCall(state, conversation) {
  const { [conversation]: _, ...calls } = state.calls;
  const { dialog } = state;
  const declining = dialog.name === "decline" && dialog.conversation === conversation;
  const next = closeTransfer({ ...state, calls }, conversation);
  return declining ? { ...next, dialog: { name: "none" } } : next;
}

/** @type {Readonly<Partial<Record<Notice["kind"], Tone>>>} */
const TONES = {
  offer_ended: "warn",
  customer_left: "warn",
  customer_lost: "warn",
  participant_lost: "warn",
  missed_offers: "warn",
  removed: "warn",
  recalled: "warn",
  participant_joined: "good",
  customer_back: "good",
  participant_back: "good",
};

/**
 * @param {State} state
 * @param {Notice} notice
 */
function heed(state, notice) {
  const self = state.person?.id;
  // What one did oneself needs no telling; being lost is another matter.
  if (notice.participant === self && self !== undefined && notice.reason !== "lost") return state;
  const text = noticeText(notice, {
    person: (id) => nameOf(state, id),
    target: (target) => targetName(state, target),
    self,
    ringsHere: incomingCall(state)?.id === notice.conversation,
  });
  return tell(state, text, TONES[notice.kind] ?? "info");
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
  const toasts = state.toasts.filter(({ at }) => now - at < TOAST_FOR_MS);
  return { ...state, now, toasts: toasts.length === state.toasts.length ? state.toasts : toasts };
}

/**
 * @param {State} state
 * @param {PersonId} id
 */
export function nameOf(state, id) {
  return state.names[id] ?? id.slice(id.indexOf(":") + 1);
}

/**
 * @param {State} state
 * @param {Target} target
 */
export function targetName(state, target) {
  if ("agent" in target) return nameOf(state, `agent:${target.agent}`);
  return teamName(state, "team" in target ? target.team : target.queue);
}

/**
 * @param {State} state
 * @param {string | null} team null of an internal call
 */
export function teamName(state, team) {
  if (team === null) return "Colleagues";
  const known = [...(state.desk?.teams ?? []), ...(state.demo?.teams ?? [])];
  return known.find(({ id }) => id === team)?.name ?? team;
}

/**
 * The conversation this agent sits in.
 *
 * @param {State} state
 */
export function seatedCall(state) {
  return Object.values(state.calls).find(
    (view) => !view.ended && view.participants.some(({ id }) => id === view.you),
  );
}

/**
 * The conversation that rings here.
 *
 * @param {State} state
 */
export function incomingCall(state) {
  return Object.values(state.calls).find(
    (view) => !view.ended && (view.offer?.candidates ?? []).some(({ id }) => id === view.you),
  );
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

/**
 * The server's clock, for counting down to its deadlines.
 *
 * @param {State} state
 */
export function serverNow(state) {
  return state.now + (state.ahead ?? 0);
}

/**
 * Whom somebody hears: known for oneself, derived for the others from what the view shows of them.
 *
 * @typedef {{ hears: readonly PersonId[], clip: "music" | "ringback" | null }} Heard
 * @param {ConversationView} view
 * @param {PersonId} listener
 * @returns {Heard}
 */
export function heardBy(view, listener) {
  if (listener === view.you) {
    const { source, talkers } = view.hearing;
    const clip = source === "music" || source === "ringback" ? source : null;
    return { hears: talkers ?? [], clip };
  }
  const self = view.participants.find(({ id }) => id === listener);
  if (self === undefined || self.presence !== "joined") return { hears: [], clip: null };
  if (self.held !== null) return { hears: [], clip: "music" };
  const hears = view.participants
    .filter((one) => one.id !== listener && one.presence === "joined")
    .filter((one) => one.held === null && one.muted === null)
    .map(({ id }) => id);
  return { hears, clip: null };
}
