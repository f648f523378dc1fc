import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { away, clock, refusal } from "../../page/words.js";
import { serverNow } from "../store.js";
import { chatsWaitingHere, isRung, takeNextCall, waitingHere } from "./queues.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Medium } from "../../client/types.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function idleStage(state, actions) {
  const you = state.desk?.you;
  const calls = you?.status === "present";
  const chats = you?.chat === undefined ? null : you.chat.status === "present";
  const some = calls || chats === true;
  const missed = missedMedia(state).length > 0;
  return h(
    "div",
    { key: "idle", class: "card quiet-stage", "data-testid": "idle" },
    h("div", { class: "quiet-picture" }, icon(missed ? "warning" : some ? "headset" : "clock")),
    h("h1", { tabindex: "-1", "data-focus": true }, readiness(calls, chats, you?.away_reason)),
    h("p", { class: "soft" }, [...comes(state, calls, chats), queue(state)].join(" ")),
    calls ? takeNextCall(state, actions) : null,
    calls && chats !== false
      ? null
      : button({
          testid: "become-present",
          label: some ? "I am ready for both" : "I am ready",
          look: "primary",
          icon: "check",
          blocked: state.connection === "live" ? null : refusal("not_connected"),
          busy: state.pending.includes("status"),
          act: () => actions.setStatus("present"),
        }),
  );
}

/**
 * @param {boolean} calls
 * @param {boolean | null} chats null where there are none
 * @param {string | null | undefined} reason
 */
function readiness(calls, chats, reason) {
  if (!calls && chats !== true) return away(reason);
  if (calls && chats === true) return "Ready for calls and chats";
  return calls ? "Ready for the next call" : "Ready for the next chat";
}

/**
 * What comes here, and why something does not.
 *
 * @param {State} state
 * @param {boolean} calls
 * @param {boolean | null} chats
 */
function comes(state, calls, chats) {
  const missed = missedMedia(state);
  const rung = isRung(state);
  if (calls && chats === true && rung) return ["Calls ring here, and chats are offered."];
  if (!calls && chats === false && missed.length === 0) return ["You get no calls and no chats."];
  const ring = rung ? "Calls ring here." : "No calls ring here, except those of colleagues.";
  const noCalls = missed.includes("voice") ? missedText("voice") : "You get no calls.";
  const noChats = missed.includes("chat") ? missedText("chat") : "You get no chats.";
  const told = [calls ? ring : noCalls];
  return chats === null ? told : [...told, chats ? "Chats are offered here." : noChats];
}

/**
 * The media for which the server has set this agent away, because nobody answered.
 *
 * @param {State} state
 * @returns {Medium[]}
 */
export function missedMedia({ desk }) {
  const [you, chat] = [desk?.you, desk?.you.chat];
  /** @type {Medium[]} */
  const missed = [];
  if (you?.status === "away" && you.away_reason === "missed") missed.push("voice");
  if (chat?.status === "away" && chat.away_reason === "missed") missed.push("chat");
  return missed;
}

/** @param {Medium} medium */
function missedText(medium) {
  return medium === "chat"
    ? "Two chats in a row went unanswered here, so no more are offered until you are back."
    : "Two calls in a row went unanswered here, so no more ring until you say that you are back.";
}

/** @param {State} state */
function queue(state) {
  const callers = waitingHere(state);
  const chats = chatsWaitingHere(state);
  /** @type {(count: number, one: string) => string[]} */
  const some = (count, one) => (count === 0 ? [] : [`${count} ${one}${count === 1 ? "" : "s"}`]);
  const all = [...some(callers, "caller"), ...some(chats, "chat")];
  if (all.length === 0) return "Nobody is waiting.";
  return `${all.join(" and ")} ${callers + chats === 1 ? "is" : "are"} waiting.`;
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function wrapUpStage(state, actions) {
  return h(
    "div",
    { key: "wrap-up", class: "card quiet-stage", "data-testid": "wrap-up" },
    h("div", { class: "quiet-picture" }, icon("clock")),
    h("h1", { tabindex: "-1", "data-focus": true }, "Wrap-up"),
    timer(state, "big-time"),
    h("p", { class: "soft" }, "Time to finish your notes. No call rings until then."),
    h("div", { class: "row centre" }, wrapUpButtons(state, actions)),
  );
}

/**
 * A wrap-up that runs on beside something else: an internal call, or listening.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function wrapUpBar(state, actions) {
  return h(
    "section",
    {
      key: "wrap-up-bar",
      class: "card wrap-up-bar",
      "data-testid": "wrap-up-bar",
      "aria-label": "Wrap-up of the last call",
    },
    icon("clock"),
    h("p", { class: "grow" }, h("span", { class: "strong" }, "Wrap-up"), " of your last call"),
    timer(state, "strong"),
    wrapUpButtons(state, actions),
  );
}

/**
 * @param {State} state
 * @param {string} look
 */
function timer(state, look) {
  const until = state.desk?.you.wrap_up_until_ms ?? serverNow(state);
  const left = Math.max(0, until - serverNow(state));
  return h(
    "p",
    { class: look, role: "timer", "data-testid": "wrap-up-left" },
    clock(Math.ceil(left / 1000) * 1000),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function wrapUpButtons(state, actions) {
  const blocked = state.connection === "live" ? null : refusal("not_connected");
  return [
    button({
      testid: "wrap-up-extend",
      label: "More time",
      icon: "clock",
      shortcut: "E",
      blocked,
      busy: state.pending.includes("extend_wrap_up"),
      act: actions.extendWrapUp,
    }),
    button({
      testid: "wrap-up-finish",
      label: "Finish now",
      icon: "check",
      look: "primary",
      shortcut: "F",
      blocked,
      busy: state.pending.includes("finish_wrap_up"),
      act: actions.finishWrapUp,
    }),
  ];
}
