/** @import { ConversationView, Notice, Phase, PersonId, Target } from "../client/types.js" */

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
  rate_limited: "Too many requests; one moment please",
  overloaded: "The server is very busy; please try again",
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
  missed: "Away, missed two calls",
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

/** @type {Readonly<Record<string, string>>} */
const OFFER_ENDINGS = {
  declined: "declined",
  no_answer: "did not answer",
  target_lost: "lost the connection",
  cancelled: "is no longer being called",
  customer_left: "is no longer being called: the customer left",
  initiator_left: "is no longer being called",
  nobody_available: "has nobody available",
};

/**
 * The name of a person or target as far as this page knows it, else its id in a readable form.
 *
 * @typedef {(id: PersonId) => string} NameOf
 * @typedef {(target: Target) => string} TargetName
 */

/**
 * What the words depend on beside the notice.
 *
 * @typedef {object} Names
 * @property {NameOf} person
 * @property {TargetName} target
 * @property {PersonId | undefined} [self]
 * @property {boolean} [ringsHere] whether the conversation only rings here
 */

/**
 * What a notice says to an agent.
 *
 * @param {Notice} notice
 * @param {Names} names
 * @returns {string}
 */
export function noticeText(notice, names) {
  const who = notice.participant === undefined ? "Somebody" : names.person(notice.participant);
  switch (notice.kind) {
    case "offer_ended":
      return offerEnded(notice, names);
    case "rescinded":
      return rescinded(notice, names);
    case "customer_left":
      return "The customer has left the call.";
    case "customer_lost":
      return "The customer's connection was lost. The seat is kept for a moment.";
    case "customer_back":
      return "The customer is back.";
    case "participant_joined":
      return `${who} has joined.`;
    case "participant_left":
      if (notice.participant === names.self) return "Your seat in the call was given up.";
      return notice.reason === "lost" ? `${who} did not come back.` : `${who} has left.`;
    case "participant_lost":
      return `${who} has lost the connection.`;
    case "participant_back":
      return `${who} is back.`;
    case "handed_over":
      return names.ringsHere
        ? "Your colleague has left: answer, and you talk with the customer at once."
        : "You are out. The colleague is still being called, the customer hears music.";
    case "recalled":
      return "Your transfer was not taken: the customer comes back to you.";
    case "requeued":
      return "The customer waits in the queue again, first in line.";
    case "queue_position":
      return waitText(notice);
    case "removed":
      return notice.by === undefined
        ? "You were removed from the call."
        : `${names.person(notice.by)} has taken you out of the call.`;
    case "coach_started":
    case "coach_stopped":
    case "listener_joined":
    case "listener_left":
    case "observing_ended":
    case "taken_over":
    case "transferred_on_behalf":
    case "force_muted":
      return supervised(notice, who, names);
    case "missed_offers":
      return "Two calls went unanswered, so you were set to away.";
    case "ended":
      return notice.reason === undefined ? "The call has ended." : `${ending(notice.reason)}.`;
  }
}

/**
 * What supervision means for an agent.
 *
 * @param {Notice} notice
 * @param {string} who
 * @param {Names} names
 */
function supervised(notice, who, names) {
  const by = notice.by === undefined ? "A supervisor" : names.person(notice.by);
  const texts = /** @type {Readonly<Record<string, string>>} */ ({
    coach_started: `${by} hears the call and speaks to you alone.`,
    coach_stopped: `${by} no longer speaks to you alone.`,
    listener_joined: `${who} is listening to learn.`,
    listener_left: `${who} is no longer listening.`,
    observing_ended: "You no longer listen to this call.",
    taken_over: `${by} has taken over the call.`,
    transferred_on_behalf: `${by} has transferred the call in your name.`,
    force_muted: notice.muted ? "A supervisor has muted you." : "You can be heard again.",
  });
  return texts[notice.kind] ?? "";
}

/**
 * @param {Notice} notice
 * @param {Names} names
 */
function offerEnded(notice, names) {
  const [candidate, ...more] = notice.candidates ?? [];
  const who =
    candidate !== undefined && more.length === 0
      ? names.person(candidate)
      : notice.target !== undefined
        ? names.target(notice.target)
        : "The colleague";
  const how = OFFER_ENDINGS[notice.reason ?? ""] ?? "could not be reached";
  return notice.text ? `${who} ${how}: “${notice.text}”` : `${who} ${how}.`;
}

/**
 * @param {Notice} notice
 * @param {Names} names
 */
function rescinded(notice, names) {
  if (notice.winner !== undefined) return `${names.person(notice.winner)} took the call.`;
  const texts = /** @type {Readonly<Record<string, string>>} */ ({
    customer_left: "The customer hung up before you answered.",
    no_answer: "You missed a call.",
    cancelled: "The invitation was withdrawn.",
    initiator_left: "The invitation was withdrawn.",
    answered: "Somebody else took the call.",
    target_lost: "The call could not reach you: no sound connection.",
  });
  return texts[notice.reason ?? ""] ?? "It no longer rings for you.";
}

/**
 * Where somebody stands in a queue, and about how long it will be.
 *
 * @param {{ position?: number, estimated_wait_ms?: number | null }} wait
 */
export function waitText({ position = 1, estimated_wait_ms: ms }) {
  const place = position === 1 ? "You are next" : `You are number ${position} in the queue`;
  if (ms === undefined || ms === null) return `${place}.`;
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return `${place}, about ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
}

/**
 * The phase as an agent in it would say it.
 *
 * @param {ConversationView} view
 * @returns {string}
 */
export function phaseText(view) {
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

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}
