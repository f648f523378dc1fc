import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button, countdown } from "../../page/parts.js";
import { partIn } from "../chats.js";
import { callName, nameOf, serverNow } from "../store.js";
import { blockedBy } from "./call.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView } from "../../client/types.js" */

/** How long it usually stands, only to draw how much of it is left. */
const OFFER_MS = 60_000;

/**
 * The call that the customer of this chat is offered: told as it begins, shown while it stands.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function offeredCall(state, view, actions) {
  const part = partIn(state, view);
  if (part === "offered" || part === "closed") return null;
  const offered = view.offered_call ?? null;
  return h(
    "div",
    {
      key: "offered-call",
      // There from the beginning: what comes into it is heard.
      role: "status",
      class: offered === null ? "visually-hidden" : "mode pending-offer",
      "data-testid": offered === null ? null : "chat-offered-call",
    },
    offered === null ? null : told(state, view, offered.by),
    offered === null ? null : ring(state, offered.expires_at_ms),
    offered === null ? null : takeBack(state, view, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} by
 */
function told(state, view, by) {
  const customer = callName(state, view);
  const mine = by === view.you;
  const who = nameOf(state, by);
  return [
    icon("phone"),
    h(
      "div",
      { class: "grow" },
      h("p", null, `${mine ? "You" : who} offered ${customer} a call, no answer yet`),
      h(
        "p",
        { class: "soft" },
        `Once ${customer} answers, ${mine ? "you talk" : `${who} talks`} at once.`,
      ),
    ),
  ];
}

/**
 * @param {State} state
 * @param {number} end
 */
function ring(state, end) {
  const left = Math.max(0, end - serverNow(state));
  return countdown(left / OFFER_MS, String(Math.ceil(left / 1000)), "chat-offered-call-left");
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function takeBack(state, view, actions) {
  if (!view.actions.some(({ action }) => action === "withdraw_call")) return null;
  return button({
    testid: "chat-withdraw-call",
    label: "Take back",
    describe: `Take back the call offered to ${callName(state, view)}`,
    icon: "close",
    blocked: blockedBy(state, view, "withdraw_call"),
    busy: state.pending.includes(`withdraw_call ${view.id}`),
    act: () => actions.withdrawCall(view.id),
  });
}
