import { h } from "../../page/dom.js";
import { modal } from "../../page/parts.js";
import { SHORTCUTS } from "../shortcuts.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function helpDialog(state, actions) {
  const shortcuts = SHORTCUTS.filter(({ offered }) => offered === undefined || offered(state));
  return modal(
    "help-dialog",
    "Keyboard shortcuts",
    actions.closeDialog,
    h(
      "dl",
      { class: "shortcuts" },
      shortcuts.map(({ key, label }) =>
        h("div", { key }, h("dt", null, h("kbd", null, key.toUpperCase())), h("dd", null, label)),
      ),
    ),
    h(
      "p",
      { class: "soft" },
      "Shortcuts rest while you type in a field. In an empty message, / finds a quick reply.",
    ),
  );
}
