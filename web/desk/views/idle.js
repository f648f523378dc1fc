import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { away, clock, refusal } from "../../page/words.js";
import { serverNow } from "../store.js";
import { isRung, takeNextCall, waitingHere } from "./queues.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function idleStage(state, actions) {
  const you = state.desk?.you;
  const present = you?.status === "present";
  const missed = !present && you?.away_reason === "missed";
  return h(
    "div",
    { key: "idle", class: "card quiet-stage", "data-testid": "idle" },
    h("div", { class: "quiet-picture" }, icon(present ? "headset" : missed ? "warning" : "clock")),
    h(
      "h1",
      { tabindex: "-1", "data-focus": true },
      present ? "Ready for the next call" : away(you?.away_reason),
    ),
    h("p", { class: "soft" }, [present ? calls(state) : noCalls(missed), queue(state)].join(" ")),
    present
      ? takeNextCall(state, actions)
      : button({
          testid: "become-present",
          label: "I am ready",
          look: "primary",
          icon: "check",
          blocked: state.connection === "live" ? null : refusal("not_connected"),
          busy: state.pending.includes("status"),
          act: () => actions.setStatus("present"),
        }),
  );
}

/** @param {State} state */
function calls(state) {
  return isRung(state) ? "Calls ring here." : "No calls ring here, except those of colleagues.";
}

/** @param {boolean} missed */
function noCalls(missed) {
  return missed
    ? "Two calls in a row went unanswered here, so no more ring until you say that you are back."
    : "You get no calls.";
}

/** @param {State} state */
function queue(state) {
  const waiting = waitingHere(state);
  if (waiting === 0) return "Nobody is waiting.";
  return `${waiting} ${waiting === 1 ? "caller is" : "callers are"} waiting.`;
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
