/** @import { ConversationView, Phase } from "../client/types.js" */

/** Codes of the wire in the words of the people who read them. */

/** @type {Readonly<Record<string, string>>} */
const REFUSALS = {
  not_a_participant: "You are not part of this conversation",
  conversation_ended: "The conversation has ended",
  offer_in_progress: "An invitation is already ringing",
  no_offer: "Nobody is being called",
  conference_full: "Three people are already in this call",
  target_is_self: "That is you",
  already_participant: "Already in this call",
  already_in_conversation: "There is already a call",
  call_offered: "A call is offered already",
  unknown_target: "Nobody of that name",
  unknown_team: "No such team",
  channel_inactive: "Takes no calls now",
  target_offline: "Signed out",
  offline: "Signed out",
  target_busy: "In another call",
  busy: "In another call",
  talking: "In another call",
  observing: "Listening to another call",
  ringing: "Is being called right now",
  wrap_up: "Finishing the last call",
  away: "Away",
  target_away: "Away",
  no_leg: "No sound connection",
  not_connected: "No connection to the server",
  connection_lost: "The connection was lost; please look whether it was done",
  no_answer: "The server did not answer",
  nobody_available: "Nobody is available",
  queue_empty: "Nobody is waiting",
  queue_full: "Too many are waiting; please call again later",
  closed: "Closed at the moment",
  unknown_channel: "There is nobody to be called by this page",
  channel_disabled: "This service is switched off at the moment",
  wrong_medium: "Not offered here",
  not_permitted: "Not allowed here",
  forbidden: "Not allowed",
  not_held: "Is not on hold",
  already_held: "Is already on hold",
  needs_three: "Only with the customer and a colleague in the call",
  customer_left: "The customer has left",
  already_muted: "Already muted",
  not_muted: "Not muted",
  observers_full: "Two are listening already",
  already_observing: "You are doing this already",
  not_attended: "No agent is in this call",
  not_in_wrap_up: "The wrap-up is over",
  not_signed_in: "You are signed out",
  text_too_long: "The text is too long",
  too_many_unsent: "Too many messages wait to be sent",
  not_owner: "You no longer answer here",
  malformed: "The server could not read this",
  rate_limited: "Too many requests; one moment please",
  overloaded: "The server is very busy; please try again",
  not_found: "This is not kept, or not for you",
  damaged: "A part of this cannot be read any more",
  storage_failed: "The server could not record this; please try again",
  media_unavailable: "The server has no sound path free",
  leg_timeout: "The sound could not be set up. A firewall may block it.",
  shutting_down: "The server is restarting",
  token_invalid: "This sign-in is not valid",
  token_expired: "This sign-in has expired",
  superseded: "You signed in at another place; this page has stopped",
};

/**
 * Why something does not work.
 *
 * @param {string | null | undefined} code
 * @param {string} [fallback] the server's own message
 */
export function refusal(code, fallback) {
  if (code === null || code === undefined) return fallback ?? "Not possible right now";
  return REFUSALS[code] ?? fallback ?? `Not possible right now (${code.replaceAll("_", " ")})`;
}

/** @type {Readonly<Record<string, string>>} */
const AWAY = {
  break: "On a break",
  meeting: "In a meeting",
  missed: "Away: missed calls",
  other: "Away",
};

/** @param {string | null | undefined} reason */
export function away(reason) {
  return AWAY[reason ?? "other"] ?? `Away, ${reason}`;
}

/** @type {Readonly<Record<string, string>>} */
const STATES = {
  idle: "Free",
  ringing: "Being called",
  talking: "In a call",
  observing: "Listening to a call",
  wrap_up: "Wrapping up",
  offline: "Signed out",
};

/** @param {string} state */
export function agentState(state) {
  return STATES[state] ?? state;
}

/** @type {Readonly<Record<string, string>>} */
const ENDINGS = {
  customer_left: "The customer hung up",
  customer_lost: "The customer's connection was lost",
  completed: "The call was completed",
  not_answered: "Your colleague did not answer",
  agent_lost: "Your colleague's connection was lost",
  ended_for_all: "A supervisor ended the call",
};

/** @param {string} reason */
export function ending(reason) {
  return ENDINGS[reason] ?? `The call has ended (${reason.replaceAll("_", " ")})`;
}

/**
 * Where somebody stands in a queue, and about how long it will be.
 *
 * @param {{ position?: number, estimated_wait_ms?: number | null }} wait
 */
export function waitText({ position = 1, estimated_wait_ms: ms }) {
  const place = position === 1 ? "You are next" : `You are number ${position} in the queue`;
  return ms === undefined || ms === null ? `${place}.` : `${place}, ${aboutMinutes(ms)}.`;
}

/** @param {number} ms */
function aboutMinutes(ms) {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
}

/**
 * How long one more would wait in a queue, for an agent who is to send somebody there.
 *
 * @param {number | null | undefined} ms
 */
export function estimate(ms) {
  if (ms === null || ms === undefined) return "wait not known";
  return ms === 0 ? "no wait expected" : `wait ${aboutMinutes(ms)}`;
}

/**
 * What a view and an entry of the board have in common.
 *
 * @typedef {"phase" | "internal" | "ended" | "answered_at_ms" | "offer"} Shared
 * @typedef {Pick<ConversationView, Shared>} Staged
 */

/**
 * The phase as an agent in it would say it.
 *
 * @param {Staged} view
 * @returns {string}
 */
export function phaseText(view) {
  if (view.internal) return internalText(view);
  if (view.phase === "ringing" && view.offer && "queue" in view.offer.target) {
    return "With you, and in line for another team";
  }
  /** @type {Readonly<Record<Phase, string>>} */
  const texts = {
    waiting: "Waiting for an agent",
    ringing: "Calling a colleague",
    connected: "Connected",
    consult: "Private talk, the customer hears music",
    back_with_customer: "With the customer, the colleague is on hold",
    three_way: "Conference",
    handed_over: "Handed over, ringing",
    recall: "Coming back to you",
    alone: "The customer is alone",
    agents_only: "The customer has left",
    ended: "Ended",
  };
  return texts[view.phase];
}

/** @param {Staged} view */
function internalText(view) {
  if (view.ended) return "Ended";
  if (view.phase === "alone") return "Internal call, your colleague's connection is lost";
  return view.answered_at_ms ? "Internal call" : "Internal call, ringing";
}

/**
 * @param {number} ms
 * @returns {string} `4:07`
 */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const tail = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${tail}`;
}

/** Made once: to make one takes longer than to draw a message. */
const TIME_OF_DAY = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

/** @param {number} at */
export function timeOfDay(at) {
  return TIME_OF_DAY.format(at);
}

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}
