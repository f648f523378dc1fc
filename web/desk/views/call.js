import { h } from "../../page/dom.js";
import { button } from "../../page/parts.js";
import { clock, phaseText, refusal } from "../../page/words.js";
import { callName, serverNow, teamName } from "../store.js";
import { hearingPicture } from "./hearing.js";
import { callHistory } from "./history.js";
import { bargedBar, coachBanner, otherObservers } from "./observing.js";
import { offerCard, participantCard } from "./participants.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Action, ActionName, ConversationView } from "../../client/types.js" */
/** @import { VNode } from "../../page/dom.js" */
/** @import { ButtonOptions } from "../../page/parts.js" */

/**
 * The call this agent is in.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function callStage(state, view, actions) {
  return h(
    "article",
    { key: view.id, class: "card call", "data-testid": "call", "data-conversation": view.id },
    h(
      "div",
      { class: "call-head" },
      h(
        "div",
        null,
        h(
          "h1",
          { tabindex: "-1", "data-focus": true, "data-testid": "call-name" },
          callName(state, view),
        ),
        h(
          "p",
          { class: "soft" },
          h("span", null, teamName(state, view.team)),
          " · ",
          h(
            "span",
            { "data-testid": "call-phase", "data-phase": view.phase, role: "status" },
            phaseText(view),
          ),
        ),
      ),
      h(
        "span",
        {
          class: "big-time",
          role: "timer",
          "aria-label": "Time in call",
          "data-testid": "elapsed",
        },
        clock(serverNow(state) - (view.answered_at_ms ?? view.started_at_ms)),
      ),
    ),
    coachBanner(view),
    bargedBar(state, view, actions),
    h(
      "ul",
      { class: "seats", "aria-label": "People in this call" },
      view.participants.map((one) => participantCard(state, view, one, actions)),
      view.offer ? offerCard(state, view, view.offer, actions) : null,
    ),
    hearingPicture(state, view),
    otherObservers(state, view, actions),
    controls(state, view, actions),
    callHistory(state, view),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function controls(state, view, actions) {
  const me = view.participants.find(({ id }) => id === view.you);
  const muted = me?.muted !== null && me?.muted !== undefined;
  const colleague = view.participants.some(
    ({ id, role }) => id !== view.you && role !== "customer",
  );
  // One who leaves an internal call ends it.
  const company = !view.internal && (colleague || Boolean(view.offer));
  /** @type {Tile} */
  const tile = (name, options) =>
    button({
      look: "tile",
      ...options,
      blocked: blockedBy(state, view, name),
      busy: state.pending.includes(`${name} ${view.id}`),
    });
  return h(
    "div",
    { class: "controls", role: "toolbar", "aria-label": "Call controls" },
    tile(muted ? "unmute" : "mute", {
      testid: "mute",
      label: muted ? "Unmute" : "Mute",
      icon: muted ? "micOff" : "mic",
      shortcut: "M",
      pressed: muted,
      act: () => actions.mute(view.id, !muted),
    }),
    view.internal ? null : withOthers(state, view, actions, tile),
    view.actions.some(({ action, reason }) => action === "raise" && reason !== "not_permitted")
      ? tile("raise", {
          testid: "raise",
          label: "Chat",
          describe: "Chat: write beside the call",
          icon: "chat",
          act: () => actions.raise(view.id),
        })
      : null,
    h("span", { class: "spacer" }),
    view.internal
      ? null
      : tile("complete", {
          testid: "complete",
          label: "Complete",
          describe: "Complete the transfer and leave",
          icon: "check",
          shortcut: "C",
          look: "tile primary",
          act: () => actions.complete(view.id),
        }),
    tile("leave", {
      testid: "leave",
      label: company ? "Leave" : "End call",
      icon: company ? "leave" : "phoneDown",
      shortcut: "L",
      look: "tile danger",
      act: () => actions.leave(view.id),
    }),
  );
}

/** @typedef {(name: ActionName, options: Omit<ButtonOptions, "blocked" | "busy">) => VNode} Tile */

/**
 * What brings somebody in, and what is done with three. Between two colleagues there is none of it:
 * nobody is invited to an internal call.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 * @param {Tile} tile
 */
function withOthers(state, view, actions, tile) {
  return [
    button({
      look: "tile",
      testid: "transfer-open",
      label: "Transfer…",
      icon: "transfer",
      shortcut: "T",
      blocked: transferBlocked(state, view),
      act: () => actions.openTransfer(view.id),
    }),
    tile("invite_listener", {
      testid: "invite-listener",
      label: "Listener…",
      describe: "Listener… let a colleague listen to learn",
      icon: "eye",
      act: () => actions.openListener(view.id),
    }),
    tile("swap", {
      testid: "swap",
      label: "Swap",
      icon: "swap",
      shortcut: "S",
      act: () => actions.swap(view.id),
    }),
    tile("merge", {
      testid: "merge",
      label: "Merge",
      icon: "merge",
      shortcut: "G",
      act: () => actions.merge(view.id),
    }),
  ];
}

/**
 * Why the server would refuse that, null if it would not.
 *
 * @param {State} state
 * @param {{ readonly actions: readonly Action[] }} view
 * @param {ActionName} name
 * @param {string} [participant]
 * @returns {string | null}
 */
export function blockedBy(state, view, name, participant) {
  if (state.connection !== "live") return refusal("not_connected");
  const action = view.actions.find((one) => one.action === name && one.participant === participant);
  if (action === undefined) return refusal(null);
  return action.enabled ? null : refusal(action.reason);
}

/**
 * The dialog is of use while either of its two ways is open.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function transferBlocked(state, view) {
  const invite = blockedBy(state, view, "invite");
  return invite === null || blockedBy(state, view, "transfer") === null ? null : invite;
}
