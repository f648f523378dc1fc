import { noticeText } from "../page/notices.js";
import { phaseText, refusal } from "../page/words.js";
/** @import { Notice, Offer, Phase } from "../client/types.js" */
/** @import { Names } from "../page/notices.js" */
/** @import { Staged } from "../page/words.js" */

/** What is said otherwise of a chat than of a call. */

/** @type {Readonly<Record<string, string>>} */
const UNSENT = {
  not_owner: "You no longer answer for this chat",
  not_a_participant: "You are no longer in this chat",
  conversation_ended: "This chat has ended",
  wrong_medium: "Nothing can be written here",
  text_too_long: "The text is too long",
  malformed: "The server could not read this text",
  storage_unavailable: "The server could not record this; please send it again",
  storage_failed: "The server could not record this; please send it again",
  too_many_unsent: "Too many messages wait to be sent",
};

/**
 * Why a message was not taken.
 *
 * @param {string | null} code
 * @param {string} [message] the server's own
 */
export function unsentText(code, message) {
  const known = code === null ? undefined : UNSENT[code];
  return (known ?? refusal(code, message)).replace(/\.$/, "");
}

/** @type {Readonly<Partial<Record<Phase, string>>>} */
const PHASES = {
  ringing: "Offered to a colleague",
  connected: "Chat",
  three_way: "Conference",
  handed_over: "Waits for a colleague",
  recall: "Comes back",
};

/**
 * The phase as an agent would say it.
 *
 * @param {Staged} view
 */
export function chatPhase(view) {
  if (view.internal) return "Internal chat";
  if (view.phase === "ringing" && view.offer && "queue" in view.offer.target) {
    return "In line for another team";
  }
  return PHASES[view.phase] ?? phaseText(view);
}

/** @type {Readonly<Record<string, string>>} */
const ENDINGS = {
  customer_left: "The customer has left the chat",
  customer_lost: "The customer has been away for too long",
  completed: "The chat was completed",
  not_answered: "Your colleague did not answer",
  agent_lost: "Your colleague's connection was lost",
  idle: "Nobody wrote for too long, and so the chat has ended",
  ended_for_all: "A supervisor ended the chat",
};

/** @param {string} reason */
export function chatEnding(reason) {
  return ENDINGS[reason] ?? "The chat has ended";
}

/**
 * What a notice says about a chat.
 *
 * @param {Notice} notice
 * @param {Names} names
 */
export function chatNotice(notice, names) {
  const boss = notice.by === undefined ? "A supervisor" : names.person(notice.by);
  const who = notice.participant === undefined ? "Somebody" : names.person(notice.participant);
  switch (notice.kind) {
    case "customer_left":
      return "The customer has left the chat.";
    case "handed_over":
      return names.ringsHere
        ? "Your colleague has left: accept, and you answer for the chat."
        : "You are out of the chat: it waits to be taken.";
    case "recalled":
      return "Your transfer was not taken: the chat comes back to you.";
    case "participant_left":
      if (notice.participant === names.self) return "Your seat in the chat was given up.";
      return notice.reason === "removed"
        ? `${who} was taken out of the chat.`
        : noticeText(notice, names);
    case "removed":
      return `${boss} has taken you out of the chat.`;
    case "taken_over":
      return `${boss} answers for the chat now: you are out of it.`;
    case "transferred_on_behalf": {
      const where = notice.target === undefined ? "" : ` to ${names.target(notice.target)}`;
      return `${boss} has transferred the chat${where} in your name.`;
    }
    case "listener_joined":
      return `${who} listens, and cannot write.`;
    case "observing_ended":
      return notice.end === "gave_way"
        ? "You no longer read this chat: a colleague listens in your place."
        : "You no longer read this chat.";
    case "ended":
      return `${chatEnding(notice.reason ?? "")}.`;
    case "rescinded":
      return rescinded(notice, names);
    default:
      return noticeText(notice, names);
  }
}

/**
 * @param {Notice} notice
 * @param {Names} names
 */
function rescinded({ winner, reason }, names) {
  if (winner !== undefined) return `${names.person(winner)} took the chat.`;
  if (reason === "no_answer") return "You missed a chat.";
  if (reason === "customer_left") return "The customer left before you accepted.";
  return "The chat is no longer offered to you.";
}

/**
 * How an offer began.
 *
 * @param {Offer} offer
 * @param {string} who
 * @param {string} whom
 */
export function chatOffer({ origin, target }, who, whom) {
  const line = "queue" in target ? `${who} put it into the queue of ${whom}` : null;
  const texts = {
    queue: `Offered to ${whom}`,
    invite: line ?? `${who} invited ${whom}`,
    transfer: line ?? `${who} offered it to ${whom}`,
    recall: `Came back to ${whom}`,
    listen: `${who} asked ${whom} to read along`,
  };
  return texts[origin ?? "invite"];
}
