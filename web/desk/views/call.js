import { h } from "../../page/dom.js";
import { button } from "../../page/parts.js";
import { clock, phaseText, refusal } from "../../page/words.js";
import { serverNow, teamName } from "../store.js";
import { hearingPicture } from "./hearing.js";
import { callHistory } from "./history.js";
import { coachBanner, otherObservers, supervisionBar } from "./observing.js";
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
  const customer = view.participants.find(({ role }) => role === "customer");
  const colleague = view.participants.find(({ id }) => view.internal && id !== view.you);
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
          customer?.name ?? colleague?.name ?? "Colleagues only",
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
    h(
      "ul",
      { class: "seats", "aria-label": "People in this call" },
      view.participants.map((one) => participantCard(state, view, one, actions)),
      view.offer ? offerCard(state, view, view.offer, actions) : null,
    ),
    coachBanner(view),
    hearingPicture(state, view),
    otherObservers(state, view, actions),
    barged(view) ? supervisionBar(state, view, actions) : null,
    controls(state, view, actions),
    callHistory(state, view),
  );
}

/**
 * Whether this agent sits in it as a supervisor, who may go back to listening.
 *
 * @param {ConversationView} view
 */
function barged(view) {
  return view.participants.some(({ id, role }) => id === view.you && role === "supervisor");
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
  const company = colleague || Boolean(view.offer);
  /** @type {(name: ActionName, options: Omit<ButtonOptions, "blocked" | "busy">) => VNode} */
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
      describe: "Let a colleague listen",
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
    h("span", { class: "spacer" }),
    tile("complete", {
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
