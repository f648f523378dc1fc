import { h } from "../page/dom.js";
import { icon } from "../page/icons.js";
import { refusal } from "../page/words.js";
/** @import { ChatState } from "./chat-state.js" */
/** @import { State } from "./store.js" */

/**
 * What went wrong, and what to do about it.
 *
 * @param {{ message: string, advice: string | null }} error
 */
export function failure({ message, advice }) {
  return h(
    "div",
    { key: "failure", class: "failure", role: "alert", "data-testid": "call-error" },
    icon("warning"),
    h("p", null, h("strong", { class: "told" }, message), advice === null ? null : ` ${advice}`),
  );
}

/**
 * Why no call can be begun beside the chat, null if one can.
 *
 * @param {State} state
 * @param {ChatState} chat
 */
export function raiseBlocked(state, chat) {
  const calls = state.busy === "call" || (state.view !== null && !state.view.ended);
  if (calls) return "You are in a call already";
  if (state.connection !== "live") return refusal("not_connected");
  const raise = chat.view.actions.find(({ action }) => action === "raise");
  return raise?.enabled === false ? refusal(raise.reason) : null;
}

/** @param {State} state */
export function muted(state) {
  const me = state.view?.participants.find(({ id }) => id === state.view?.you);
  return Boolean(me?.muted);
}
