import { ending, refusal, waitText } from "./words.js";
/** @import { Notice, PersonId, Target } from "../client/types.js" */

/**
 * What happened, in the words of the agents who read it.
 *
 * @typedef {object} Names
 * @property {(id: PersonId) => string} person as far as this page knows it, else a readable id
 * @property {(target: Target) => string} target
 * @property {PersonId | undefined} [self]
 * @property {boolean} [ringsHere] whether the conversation only rings here
 * @property {string} [customer] of the conversation that a notice is about
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
    case "candidate_failed": {
      const { candidate } = notice;
      const candidates = candidate === undefined ? [] : [candidate];
      return offerEnded({ ...notice, candidates }, names);
    }
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
      return participantLeft(notice, who, names);
    case "participant_lost":
      return `${who} has lost the connection.`;
    case "participant_back":
      return `${who} is back.`;
    case "handed_over":
      return names.ringsHere
        ? "Your colleague has left: answer, and you talk with the customer at once."
        : "You are out. Your transfer goes on, the customer hears music.";
    case "recalled":
      return "Your transfer was not taken: the customer comes back to you.";
    case "call_declined":
      return `${names.customer ?? "The customer"} would rather write on.`;
    case "call_not_answered":
      return `${names.customer ?? "The customer"} has not answered the call that was offered.`;
    case "requeued":
      return "The customer waits in the queue.";
    case "queue_position":
      return waitText(notice);
    case "removed":
      return `${by(notice, names, "A colleague")} has taken you out of the call.`;
    case "coach_started":
    case "coach_stopped":
    case "listener_joined":
    case "listener_left":
    case "observing_ended":
    case "taken_over":
    case "transferred_on_behalf":
    case "force_muted":
      return supervised(notice.kind, notice, names);
    case "missed_offers":
      return notice.medium === "chat"
        ? "Two chats in a row went unanswered, so you were set to away for chats."
        : "Two calls in a row went unanswered, so you were set to away.";
    case "ended":
      return notice.reason === undefined ? "The call has ended." : `${ending(notice.reason)}.`;
    default:
      return otherText(notice.kind);
  }
}

/**
 * A newer server may tell of things that this page does not know.
 *
 * @param {string} kind
 */
function otherText(kind) {
  const words = kind.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/**
 * @param {Notice} notice
 * @param {Names} names
 * @param {string} otherwise
 */
function by(notice, names, otherwise) {
  return notice.by === undefined ? otherwise : names.person(notice.by);
}

/**
 * @param {Notice} notice
 * @param {string} who
 * @param {Names} names
 */
function participantLeft(notice, who, names) {
  if (notice.participant === names.self) return "Your seat in the call was given up.";
  if (notice.reason === "lost") return `${who} did not come back.`;
  return notice.reason === "removed" ? `${who} was taken out of the call.` : `${who} has left.`;
}

/**
 * What supervision means for whom it concerns.
 *
 * @param {"coach_started" | "coach_stopped" | "listener_joined" | "listener_left"
 *   | "observing_ended" | "taken_over" | "transferred_on_behalf" | "force_muted"} kind
 * @param {Notice} notice
 * @param {Names} names
 */
function supervised(kind, notice, names) {
  const who = notice.participant === undefined ? "Somebody" : names.person(notice.participant);
  const boss = by(notice, names, "A supervisor");
  switch (kind) {
    case "coach_started":
      return `${boss} hears this call and speaks to you. Nobody else hears it.`;
    case "coach_stopped":
      return `${boss} no longer speaks to you alone.`;
    case "listener_joined":
      return `${who} listens to learn, and is heard by nobody.`;
    case "listener_left":
      return `${who} no longer listens.`;
    case "observing_ended":
      return observingEnded(notice, names);
    case "taken_over":
      return `${boss} has taken your place: you are out of the call.`;
    case "transferred_on_behalf": {
      const where = notice.target === undefined ? "" : ` to ${names.target(notice.target)}`;
      return `${boss} has transferred the customer${where} in your name.`;
    }
    case "force_muted":
      return notice.muted
        ? "A supervisor has muted you: nobody hears you."
        : "The supervisor has lifted the mute: you are heard again, unless you muted yourself.";
  }
}

/**
 * @param {Notice} notice
 * @param {Names} names
 */
function observingEnded({ end }, names) {
  const over = "You no longer listen to this call";
  if (typeof end === "object" && end !== null && "removed" in end) {
    const { by: whose } = /** @type {{ by?: PersonId }} */ (end.removed ?? {});
    return `${whose === undefined ? "A colleague" : names.person(whose)} has ended your listening.`;
  }
  const texts = /** @type {Readonly<Record<string, string>>} */ ({
    lost: `${over}: your connection was lost for too long.`,
    not_permitted: `${over}: your rights have changed.`,
    agents_gone: `${over}: no agent is in it any more.`,
    gave_way: `${over}: a colleague listens in your place.`,
  });
  return texts[String(end)] ?? `${over}.`;
}

/** @type {Readonly<Record<string, string>>} */
const OFFER_ENDINGS = {
  declined: "declined",
  no_answer: "did not answer",
  target_lost: "could not be reached: the connection was lost",
  cancelled: "is no longer asked",
  customer_left: "is no longer asked: the customer left",
  initiator_left: "is no longer asked",
  nobody_available: "has nobody available",
};

/** @type {Readonly<Record<string, string>>} of a place in a queue, where nobody had to answer */
const QUEUE_ENDINGS = {
  cancelled: "The customer is out of the queue of",
  customer_left: "The customer has left, and so the queue of",
};

/**
 * @param {Notice} notice
 * @param {Names} names
 */
function offerEnded(notice, names) {
  const { target, reason = "", text } = notice;
  const [candidate, ...more] = notice.candidates ?? [];
  if (target !== undefined && "queue" in target && reason in QUEUE_ENDINGS) {
    return `${QUEUE_ENDINGS[reason]} ${names.target(target)}.`;
  }
  const alone = candidate !== undefined && more.length === 0;
  const team = target !== undefined && !("agent" in target) ? names.target(target) : null;
  const person = alone ? names.person(candidate) : null;
  const who =
    person !== null && team !== null
      ? `${person} (${team})`
      : (person ?? team ?? (target === undefined ? "The colleague" : names.target(target)));
  const how = OFFER_ENDINGS[reason] ?? "could not be reached";
  return text ? `${who} ${how}: “${text}”` : `${who} ${how}.`;
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
 * What else the server said when it refused.
 *
 * @typedef {Readonly<Record<string, unknown>>} Extra
 */

/**
 * Why the server did not do what was asked of it, with the facts it gave.
 *
 * @param {{ code: string, message: string, extra: Extra }} error
 * @param {Names} names
 */
export function refusedText({ code, message, extra }, names) {
  const { by: whose, team, waiting, retry_after_ms: ms } = extra;
  if (code === "offer_in_progress" && typeof whose === "string") {
    return whose === names.self
      ? "You are calling somebody already"
      : `${names.person(whose)} is calling somebody already`;
  }
  if (code === "nobody_available" && typeof team === "string") {
    const queue = typeof waiting === "number" && waiting > 0 ? `, ${waiting} in its queue` : "";
    return `Nobody of ${names.target({ team })} is available${queue}`;
  }
  if (code === "rate_limited" && typeof ms === "number" && ms > 0) {
    const seconds = Math.ceil(ms / 1000);
    return `Too many requests; try again in ${seconds} s`;
  }
  return refusal(code, message);
}
