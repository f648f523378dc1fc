import { h, mount } from "../../page/dom.js";
import { pictureDialog } from "../../page/file-view.js";
import { incomingCall, observedCall, seatedCall, wrapsUp } from "../store.js";
import { shownChat } from "../chats.js";
import { chooseDialog, endDialog } from "./behalf.js";
import { callBar } from "./call-bar.js";
import { chatStage } from "./chat.js";
import { offeredBars } from "./chat-offer.js";
import { banners, header } from "./header.js";
import { callStage } from "./call.js";
import { declineDialog, incomingPanel } from "./incoming.js";
import { helpDialog } from "./help.js";
import { idleStage, wrapUpBar, wrapUpStage } from "./idle.js";
import { observingStage } from "./observing.js";
import { repliesDialog } from "./reply-dialog.js";
import { sidebar, toasts } from "./sidebar.js";
import { signIn } from "./signin.js";
import { board } from "./supervision.js";
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
    h("main", { class: "desk" }, stage(state, actions), sidebar(state, actions)),
    toasts(state, actions),
    dialog(state, actions),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function stage(state, actions) {
  const incoming = incomingCall(state);
  const main = now(state, actions);
  return h(
    "section",
    { class: "stage", "aria-label": "Your conversation" },
    h(
      "div",
      { class: "incoming-slot", role: "region", "aria-live": "assertive" },
      incoming === undefined ? null : incomingPanel(state, incoming, actions),
      offeredBars(state, actions),
    ),
    callBar(state, actions),
    wrapsUp(state) && main?.props["key"] !== "wrap-up" ? wrapUpBar(state, actions) : null,
    main,
    board(state, actions, main === null && incoming === undefined),
  );
}

/**
 * What this agent is in, or its being free.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function now(state, actions) {
  const chat = shownChat(state);
  if (chat !== undefined) return chatStage(state, chat, actions);
  const seated = seatedCall(state);
  if (seated !== undefined) return callStage(state, seated, actions);
  const observed = observedCall(state);
  if (observed !== undefined) return observingStage(state, observed, actions);
  if (incomingCall(state) !== undefined) return null;
  if (state.desk?.you.state === "wrap_up") return wrapUpStage(state, actions);
  return state.board.open ? null : idleStage(state, actions);
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function dialog(state, actions) {
  switch (state.dialog.name) {
    case "none":
      return null;
    case "picture":
      return pictureDialog(state.dialog.picture, actions.closePicture);
    case "help":
      return helpDialog(state, actions);
    case "decline":
      return declineDialog(state.dialog, actions);
    case "replies":
      return repliesDialog(state, state.dialog, actions);
    case "end_for_all":
      return endDialog(state, state.dialog, actions);
    case "transfer": {
      const { draft } = state.dialog;
      const special = draft.way === "on_behalf" || draft.way === "listener";
      return (special ? chooseDialog : transferDialog)(state, draft, actions);
    }
  }
}
