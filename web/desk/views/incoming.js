import { h } from "../../page/dom.js";
import { avatar, button, countdown, modal } from "../../page/parts.js";
import { clock, refusal } from "../../page/words.js";
import { handedDown } from "./history.js";
import { callName, nameOf, serverNow, targetName, teamName } from "../store.js";
/** @import { Dialog, State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ActionName, ConversationView } from "../../client/types.js" */

/** The usual ring, only to draw how much of it is left. */
const RING_MS = 20_000;

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function incomingPanel(state, view, actions) {
  const initiator = view.offer?.initiator ?? null;
  const name = callName(state, view);
  const listens = view.offer?.origin === "listen";
  const left = (view.offer?.expires_at_ms ?? 0) - serverNow(state);
  const joining = view.offer?.state === "joining";
  return h(
    "section",
    {
      key: view.id,
      class: "card incoming",
      "data-testid": "incoming",
      "aria-label": "Incoming call",
    },
    h("div", { class: "incoming-picture" }, avatar(name, "large"), h("span", { class: "pulse" })),
    h(
      "div",
      { class: "incoming-words" },
      h("p", { class: "eyebrow" }, joining ? "Connecting…" : why(state, view, initiator)),
      h("h1", { tabindex: "-1", "data-focus": true, "data-testid": "incoming-name" }, name),
      // Grows each second: nothing to read aloud.
      h(
        "p",
        { class: "soft", "aria-live": "off" },
        `${teamName(state, view.team)} · ${waited(state, view)}`,
      ),
      handedDown(view, "incoming-note"),
    ),
    joining
      ? null
      : countdown(left / RING_MS, String(Math.ceil(Math.max(0, left) / 1000)), "incoming-seconds"),
    h(
      "div",
      { class: "incoming-buttons" },
      button({
        testid: "accept",
        label: listens ? "Listen" : "Answer",
        describe: listens ? `Listen to the call with ${name}` : `Answer ${name}`,
        icon: listens ? "eye" : "phone",
        look: "primary",
        shortcut: "A",
        blocked: blockedBy(state, view, "accept"),
        busy: joining || state.pending.includes(`accept ${view.id}`),
        act: () => actions.accept(view.id),
      }),
      button({
        testid: "decline",
        label: "Decline",
        describe: `Decline ${name}`,
        icon: "phoneDown",
        look: "danger",
        shortcut: "D",
        blocked: blockedBy(state, view, "decline"),
        act: () => actions.decline(view.id, ""),
      }),
      button({
        testid: "decline-with-reason",
        label: "Decline and say why…",
        look: "quiet",
        blocked: blockedBy(state, view, "decline"),
        act: () =>
          actions.dispatch({
            type: "dialog",
            dialog: { name: "decline", conversation: view.id, text: "" },
          }),
      }),
    ),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {string | null} initiator
 */
function why(state, view, initiator) {
  const { origin, target } = view.offer ?? {};
  if (origin === "recall") return "Your transfer was not taken: the customer is back";
  if (initiator === null || initiator === view.you) return "Incoming call";
  if (view.internal) return "A colleague calls you: internal call";
  const who = nameOf(state, initiator);
  if (origin === "listen") return `${who} lets you listen: you hear all, and nobody hears you`;
  const team = target === undefined || "agent" in target ? null : targetName(state, target);
  const whom = team === null ? "you" : `somebody of ${team}`;
  if (view.phase === "handed_over") return `${who} hands over a call`;
  return target !== undefined && "queue" in target
    ? `${who} sends a customer to the queue of ${team}`
    : `${who} asks ${whom} into a call`;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 */
function waited(state, view) {
  const since = clock(serverNow(state) - view.started_at_ms);
  return view.answered_at_ms ? `in a call for ${since}` : `waiting for ${since}`;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {ActionName} name
 * @returns {string | null}
 */
function blockedBy(state, view, name) {
  if (state.connection !== "live") return refusal("not_connected");
  const action = view.actions.find((one) => one.action === name);
  return action?.enabled === false ? refusal(action.reason) : null;
}

/**
 * @param {Extract<Dialog, { name: "decline" }>} dialog
 * @param {Actions} actions
 */
export function declineDialog(dialog, actions) {
  return modal(
    "decline-dialog",
    "Decline and say why",
    actions.closeDialog,
    h(
      "form",
      {
        class: "form",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          actions.decline(dialog.conversation, dialog.text);
        },
      },
      h("label", { for: "decline-text" }, "Your colleague will read this"),
      h("input", {
        id: "decline-text",
        class: "input",
        "data-testid": "decline-text",
        maxlength: 200,
        autofocus: true,
        value: dialog.text,
        oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) =>
          actions.dispatch({ type: "dialog", dialog: { ...dialog, text: target.value } }),
      }),
      h(
        "div",
        { class: "row end" },
        button({ testid: "decline-back", label: "Back", act: actions.closeDialog }),
        button({
          testid: "decline-submit",
          label: "Decline",
          look: "danger",
          type: "submit",
          act: () => {},
        }),
      ),
    ),
  );
}
