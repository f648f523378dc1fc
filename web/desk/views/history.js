import { h } from "../../page/dom.js";
/** @import { State } from "../store.js" */
/** @import { ConversationView } from "../../client/types.js" */

/**
 * What happened in this conversation, as this desk saw it.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function callHistory(state, view) {
  const entries = state.chronicles[view.id] ?? [];
  if (entries.length === 0) return null;
  return h(
    "section",
    { key: "chronicle", class: "chronicle", "aria-label": "What happened in this call" },
    h("h2", null, "In this call"),
    h(
      "ol",
      { tabindex: "0", "data-testid": "call-history", "aria-label": "In this call, newest first" },
      entries.toReversed().map(({ id, at, text }) =>
        h(
          "li",
          { key: id },
          h("time", { class: "soft", datetime: new Date(at).toISOString() }, timeOfDay(at)),
          h("span", null, text),
        ),
      ),
    ),
  );
}

/** @param {number} at */
function timeOfDay(at) {
  const parts = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return new Date(at).toLocaleTimeString([], parts);
}
