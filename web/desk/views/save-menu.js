import { icon } from "../../page/icons.js";
import { h } from "../../page/dom.js";
import { menuButton } from "../../page/menu.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView } from "../../client/types.js" */
/** @import { TranscriptFormat } from "../../client/transcript.js" */

/** @type {readonly { format: TranscriptFormat, label: string }[]} */
const FORMATS = [
  { format: "html", label: "Web page" },
  { format: "text", label: "Text" },
  { format: "json", label: "JSON" },
];

/**
 * What was written, to be kept: whole, or as the customer may have it.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function saveMenu(state, view, actions) {
  const menu = `save ${view.id}`;
  const busy = state.pending.includes(menu);
  const items = [
    ...FORMATS.map(({ format, label }) => ({ id: `${format}`, group: "With notes", label })),
    ...FORMATS.map(({ format, label }) => {
      return { id: `customer-${format}`, group: "For the customer, without notes", label };
    }),
  ];
  return menuButton({
    testid: "chat-save",
    name: "Save transcript",
    face: [icon("save"), h("span", { class: "button-label" }, "Save…")],
    items,
    open: state.menu === menu,
    blocked: busy ? "It is being saved" : null,
    toggle: (open) => actions.dispatch({ type: "menu", menu: open ? menu : null }),
    choose: (id) => {
      const chosen = FORMATS.find(({ format }) => id.endsWith(format));
      if (chosen === undefined) return;
      actions.saveChat(view.id, chosen.format, id.startsWith("customer-"));
    },
  });
}
