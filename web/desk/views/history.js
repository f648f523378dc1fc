import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { clock } from "../../page/words.js";
/** @import { State } from "../store.js" */
/** @import { ConversationView, Stay } from "../../client/types.js" */

/**
 * What happened in this conversation, as this desk saw it.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function callHistory(state, view) {
  const entries = state.chronicles[view.id] ?? [];
  // The card of an invitation that rings shows its note itself.
  const before = view.offer ? [] : handedDown(view, "call-note");
  if (entries.length === 0 && !before.some((one) => one !== null)) return null;
  return h(
    "section",
    { key: "chronicle", class: "chronicle", "aria-label": "What happened in this call" },
    h("h2", null, "In this call"),
    before,
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

/**
 * What was left for whoever comes next, and who has talked with the customer before.
 *
 * @param {ConversationView} view
 * @param {string} testid
 */
export function handedDown(view, testid) {
  const stays = view.history ?? [];
  return [
    noteLeft(view, testid),
    stays.length === 0
      ? null
      : h(
          "ul",
          { key: "stays", class: "stays soft", "data-testid": "stays", "aria-label": "Before" },
          stays.map((stay) => h("li", { key: `${stay.id} ${stay.joined_at_ms}` }, stayed(stay))),
        ),
  ];
}

/**
 * @param {ConversationView} view
 * @param {string} testid
 */
export function noteLeft(view, testid) {
  const note = view.offer?.note ?? view.note ?? null;
  if (note === null) return null;
  const props = { key: "note", class: "note", "data-testid": testid };
  return h("blockquote", props, icon("transfer"), note);
}

/** @param {Stay} stay */
function stayed({ name, joined_at_ms, ended_at_ms, end }) {
  const how =
    end === "lost" ? ", then was lost" : typeof end === "string" ? "" : ", then was replaced";
  return `${name} talked for ${clock(ended_at_ms - joined_at_ms)}${how}`;
}

/** @param {number} at */
function timeOfDay(at) {
  const parts = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return new Date(at).toLocaleTimeString([], parts);
}
