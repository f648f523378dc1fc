import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button, countdown } from "../../page/parts.js";
import { composed, listed, partIn, shownChat } from "../chats.js";
import { callName, nameOf, seatedIn, serverNow, targetName, teamName } from "../store.js";
import { blockedBy } from "./call.js";
import { noteLeft } from "./history.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Offer } from "../../client/types.js" */

/** How long an offer usually stands, only to draw how much of it is left. */
const OFFER_MS = 60_000;
/** Where there is nothing to be read before. */
const RING_MS = 20_000;

/**
 * The chats that are offered here: told at once, and led to where one reads another.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function offeredBars(state, actions) {
  const shown = shownChat(state);
  return listed(state)
    .filter((view) => view.medium === "chat" && partIn(state, view) === "offered")
    .map((view) => {
      const words = `${why(state, view)}: ${callName(state, view)}, ${teamName(state, view.team)}`;
      if (view === shown) {
        return h("p", { key: `offered ${view.id}`, class: "visually-hidden" }, words);
      }
      return h(
        "div",
        {
          key: `offered ${view.id}`,
          class: "card offered-bar",
          "data-testid": `offered-${view.id}`,
        },
        icon("chat"),
        h("p", { class: "grow" }, words),
        ring(state, view.offer, "offered-seconds"),
        button({
          testid: `read-${view.id}`,
          label: "Read and decide",
          describe: `Read the chat with ${callName(state, view)} and decide`,
          look: "primary",
          act: () => actions.select(view.id),
        }),
      );
    });
}

/**
 * To take it or not, below what there is to read.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function decision(state, view, actions) {
  const { decline } = composed(state, view.id);
  const listens = view.offer?.origin === "listen";
  const declining = () => actions.decline(view.id, decline.trim());
  return h(
    "section",
    {
      key: `decision ${view.id}`,
      class: "decision",
      "aria-label": "Accept or decline",
      "data-testid": "decision",
    },
    h(
      "div",
      { class: "decision-words" },
      h("p", { class: "strong" }, why(state, view)),
      noteLeft(view, "chat-offer-note"),
    ),
    ring(state, view.offer, "chat-offer-seconds"),
    h(
      "div",
      { class: "decision-buttons" },
      button({
        testid: "chat-accept",
        label: listens ? "Listen" : "Accept",
        describe: `Accept the chat with ${callName(state, view)}`,
        icon: "check",
        look: "primary",
        shortcut: "A",
        blocked: blockedBy(state, view, "accept"),
        busy: state.pending.includes(`accept ${view.id}`),
        act: () => actions.accept(view.id),
      }),
      // Of a queue's chat there is nobody whom one could tell.
      !asksColleague(view)
        ? null
        : h("input", {
            class: "input",
            "aria-label": "Why you decline; your colleague reads it",
            placeholder: "Why not? (your colleague reads it)",
            maxlength: 200,
            "data-testid": "chat-decline-text",
            value: decline,
            oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) =>
              actions.compose(view.id, { decline: target.value }),
            onkeydown: (/** @type {KeyboardEvent} */ event) => {
              if (event.key === "Enter" && blockedBy(state, view, "decline") === null) declining();
            },
          }),
      button({
        testid: "chat-decline",
        label: "Decline",
        describe: `Decline the chat with ${callName(state, view)}`,
        icon: "close",
        look: "danger",
        shortcut: "D",
        blocked: blockedBy(state, view, "decline"),
        busy: state.pending.includes(`decline ${view.id}`),
        act: declining,
      }),
    ),
  );
}

/**
 * Whether a colleague waits for the answer.
 *
 * @param {ConversationView} view
 */
function asksColleague({ offer, you }) {
  return Boolean(offer?.initiator) && offer?.initiator !== you;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 */
function why(state, { offer, you, internal, phase }) {
  const { origin, initiator, target } = offer ?? {};
  if (origin === "recall") return "Your transfer was not taken: the chat is back";
  if (!initiator || initiator === you) return "A chat from the queue";
  const who = nameOf(state, initiator);
  if (internal) return `${who} wants to chat with you`;
  if (origin === "listen") return `${who} lets you read along`;
  const team = target === undefined || "agent" in target ? null : targetName(state, target);
  const whom = team === null ? "you" : `somebody of ${team}`;
  if (origin === "transfer" || phase === "handed_over") return `${who} offers ${whom} this chat`;
  return `${who} asks ${whom} into this chat`;
}

/**
 * The offer that waits for somebody else's answer.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function pendingOffer(state, view, actions) {
  const { offer } = view;
  if (!offer || partIn(state, view) === "offered") return null;
  const queue = "queue" in offer.target;
  const whom = `${queue ? "the queue of " : ""}${targetName(state, offer.target)}`;
  const mine = offer.initiator === view.you;
  const who = mine ? "You" : offer.initiator ? nameOf(state, offer.initiator) : "The queue";
  return h(
    "div",
    {
      key: `offer ${offer.id}`,
      class: "mode pending-offer",
      role: "status",
      "data-testid": "chat-offer",
      "data-state": offer.state,
    },
    icon("clock"),
    h(
      "div",
      { class: "grow" },
      h("p", null, view.internal ? `${who} asked ${whom}, no answer yet` : did(offer, who, whom)),
      mine && seatedIn(view) && !view.internal ? h("p", { class: "soft" }, meanwhile(offer)) : null,
      offer.note ? h("p", { class: "soft" }, `Note: “${offer.note}”`) : null,
    ),
    ring(state, offer, "chat-offer-left"),
    view.actions.some(({ action }) => action === "cancel")
      ? button({
          testid: "chat-cancel",
          label: "Cancel",
          describe: `Take the offer to ${whom} back`,
          icon: "close",
          shortcut: "X",
          blocked: blockedBy(state, view, "cancel"),
          busy: state.pending.includes(`cancel ${view.id}`),
          act: () => actions.cancel(view.id),
        })
      : null,
  );
}

/**
 * @param {Offer} offer
 * @param {string} who
 * @param {string} whom
 */
function did({ origin, target }, who, whom) {
  if ("queue" in target) return `${who} put the chat into ${whom}`;
  if (origin === "invite") return `${who} asked ${whom} to join, no answer yet`;
  if (origin === "listen") return `${who} asked ${whom} to read along, no answer yet`;
  return `${who} offered the chat to ${whom}, no answer yet`;
}

/** @param {Offer} offer */
function meanwhile({ origin }) {
  if (origin !== "transfer") return "You answer for it as before.";
  return "You answer for it until it is accepted; then you listen.";
}

/**
 * @param {State} state
 * @param {Offer | null | undefined} offer
 * @param {string} testid
 */
function ring(state, offer, testid) {
  if (!offer || offer.expires_at_ms === null || offer.state === "joining") return null;
  const left = Math.max(0, offer.expires_at_ms - serverNow(state));
  const whole = offer.origin === "transfer" ? OFFER_MS : RING_MS;
  return countdown(left / whole, String(Math.ceil(left / 1000)), testid);
}
