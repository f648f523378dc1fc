import { h } from "../page/dom.js";
import { icon } from "../page/icons.js";
import { menuButton } from "../page/menu.js";
/** @import { State } from "./store.js" */
/** @import { Actions } from "./view.js" */

/** @type {readonly { id: "html" | "text", label: string }[]} */
const FORMATS = [
  { id: "html", label: "Web page" },
  { id: "text", label: "Text" },
];

/**
 * What was written, to be kept.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function saveMenu(state, actions) {
  return menuButton({
    testid: "save-chat",
    name: "Save this chat",
    face: [icon("save"), h("span", { class: "button-label" }, "Save")],
    items: FORMATS,
    open: state.menu,
    blocked: state.busy === "save" ? "It is being saved" : null,
    toggle: actions.menu,
    choose: (id) => actions.saveChat(id === "text" ? "text" : "html"),
  });
}
