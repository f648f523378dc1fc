import { h, mount } from "../../page/dom.js";
import { incomingCall, seatedCall } from "../store.js";
import { banners, header } from "./header.js";
import { callStage } from "./call.js";
import { declineDialog, incomingPanel } from "./incoming.js";
import { helpDialog } from "./help.js";
import { idleStage, wrapUpStage } from "./idle.js";
import { sidebar, toasts } from "./sidebar.js";
import { signIn } from "./signin.js";
import { transferDialog } from "./transfer.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */

/**
 * Brings the page to what the state says.
 *
 * @param {Element} root
 * @param {State} state
 * @param {Actions} actions
 */
export function render(root, state, actions) {
  if (state.session !== "signed_in") {
    mount(root, signIn(state, actions));
    return;
  }
  mount(
    root,
    header(state, actions),
    banners(state, actions),
    h("main", { class: "desk" }, stage(state, actions), sidebar(state)),
    toasts(state, actions),
    dialog(state, actions),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function stage(state, actions) {
  const seated = seatedCall(state);
  const incoming = incomingCall(state);
  const you = state.desk?.you;
  return h(
    "section",
    { class: "stage", "aria-label": "Your call" },
    h(
      "div",
      { class: "incoming-slot", role: "region", "aria-live": "assertive" },
      incoming === undefined ? null : incomingPanel(state, incoming, actions),
    ),
    seated !== undefined
      ? callStage(state, seated, actions)
      : incoming !== undefined
        ? null
        : you?.state === "wrap_up"
          ? wrapUpStage(state, actions)
          : idleStage(state, actions),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function dialog(state, actions) {
  switch (state.dialog.name) {
    case "none":
      return null;
    case "help":
      return helpDialog(actions);
    case "decline":
      return declineDialog(state.dialog, actions);
    case "transfer":
      return transferDialog(state, state.dialog.draft, actions);
  }
}
