import { h } from "../page/dom.js";
import { icon } from "../page/icons.js";
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

/** @param {State} state */
export function muted(state) {
  const me = state.view?.participants.find(({ id }) => id === state.view?.you);
  return Boolean(me?.muted);
}
