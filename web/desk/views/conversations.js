import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { avatar, chip } from "../../page/parts.js";
import { phaseText } from "../../page/words.js";
import { chatPhase } from "../chat-words.js";
import { chatOf, listed, partIn, unreadIn } from "../chats.js";
import { callName, nameOf, observing, offeredHere, seatedIn } from "../store.js";
import { targetName, teamName } from "../store.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Message, Offer } from "../../client/types.js" */
/** @import { IconName } from "../../page/icons.js" */

/** What keeps a list of one line each readable; more is on the stage. */
const PREVIEW_CHARS = 90;

/**
 * All conversations of this agent, calls and chats, to choose the one on the stage from: with the
 * arrow keys, Home and End; Enter goes to where one writes.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function conversations(state, actions) {
  const all = listed(state);
  if (all.length === 0) return null;
  const chosen = all.some(({ id }) => id === state.selected) ? state.selected : all[0]?.id;
  return h(
    "section",
    { key: "list", class: "card panel", "data-testid": "conversations" },
    h("h2", { id: "conversations-head" }, "Conversations"),
    h(
      "div",
      {
        class: "conversations",
        role: "listbox",
        "aria-labelledby": "conversations-head",
        onkeydown: (/** @type {KeyboardEvent} */ event) => pressed(event, all, actions),
      },
      all.map((view) => row(state, view, view.id === chosen, actions)),
    ),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {boolean} chosen
 * @param {Actions} actions
 */
function row(state, view, chosen, actions) {
  const unread = unreadIn(state, view);
  const chat = view.medium === "chat";
  const name = callName(state, view);
  const marks = marksOf(state, view);
  const last = chat ? preview(state, view) : phaseText(view);
  return h(
    "div",
    {
      key: view.id,
      class: `conversation ${chosen ? "chosen" : ""} ${unread > 0 ? "unread" : ""}`,
      role: "option",
      tabindex: chosen ? "0" : "-1",
      "aria-selected": String(chosen),
      "data-conversation": view.id,
      "data-chosen": chosen,
      "data-medium": view.medium,
      "data-unread": unread,
      "data-testid": `conversation-${view.id}`,
      onclick: () => {
        actions.select(view.id);
        actions.focus("[data-compose]");
      },
    },
    h("span", { class: "conversation-picture" }, avatar(name, "small"), icon(picture(chat))),
    h(
      "span",
      { class: "conversation-words" },
      h("span", { class: "strong" }, spoken(chat ? "Chat with " : "Call with "), name),
      h("span", { class: "soft" }, spoken(". In it: "), people(state, view, name), spoken(". ")),
      h("span", { class: "soft last", "data-testid": "conversation-last" }, last),
      marks.length === 0
        ? null
        : h(
            "span",
            { class: "chips" },
            marks.map(([mark, text, look]) => [spoken(". "), chip(mark, text, look)]),
          ),
    ),
    unread === 0
      ? null
      : h("span", { class: "badge", "data-testid": "unread" }, String(unread), spoken(" unread")),
  );
}

/**
 * Said where the place of a word says nothing.
 *
 * @param {string} text
 */
function spoken(text) {
  return h("span", { class: "visually-hidden" }, text);
}

/** @param {boolean} chat */
function picture(chat) {
  return /** @type {IconName} */ (chat ? "chat" : "phone");
}

/**
 * Who else is in it.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} whom
 */
function people(state, { participants, owner, you }, whom) {
  const others = participants.filter(({ id, name }) => id === you || name !== whom);
  const names = others.map(({ id, name }) => (id === you ? "you" : name));
  if (names.length > 0) return names.join(", ");
  // Who took this agent's place is not among those it last saw.
  if (owner === null || !("agent" in owner)) return "no agent yet";
  return nameOf(state, `agent:${owner.agent}`);
}

/**
 * What stands out about it: what waits for an answer, in either direction, and how one is there.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @returns {(readonly [IconName, string, string])[]}
 */
function marksOf(state, view) {
  const chat = view.medium === "chat";
  const { offer } = view;
  /** @type {(readonly [IconName, string, string])[]} */
  const marks = [];
  if (state.calls[view.id] === undefined) return [["close", "Over", ""]];
  if (offeredHere(view)) marks.push(["bell", chat ? "Offered to you" : "Rings here", "good"]);
  else if (offer) {
    const mine = offer.initiator === view.you && seatedIn(view);
    marks.push(["clock", offered(offer, targetName(state, offer.target), mine), "warn"]);
  }
  if (view.offered_call) marks.push(["phone", "Call offered", "warn"]);
  const part = chat ? partIn(state, view) : null;
  if (part === "listener") marks.push(["eye", "You are listening", ""]);
  else if (observing(view) !== undefined && !offeredHere(view)) {
    marks.push(["eye", chat ? "You read along" : "You observe", ""]);
  }
  return marks;
}

/**
 * @param {Offer} offer
 * @param {string} whom
 * @param {boolean} mine
 */
function offered({ origin, target }, whom, mine) {
  if ("queue" in target) return `In the queue of ${whom}`;
  if (!mine) return `Offered to ${whom}`;
  return origin === "transfer" ? `You offered it to ${whom}` : `You asked ${whom}`;
}

/**
 * The last that was said.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
function preview(state, view) {
  const { messages, pending } = chatOf(state, view.id);
  const waiting = pending.at(-1);
  if (waiting !== undefined) return short(`You: ${waiting.text || (waiting.file?.name ?? "")}`);
  const last = messages.at(-1);
  if (last === undefined) return `${chatPhase(view)} · ${teamName(state, view.team)}`;
  return short(said(view, last));
}

/**
 * @param {ConversationView} view
 * @param {Message} message
 */
function said({ you }, { from, audience, text, file }) {
  const who = from === null ? "Automatic" : from.person === you ? "You" : from.name;
  const note = audience === "agents" ? " (note)" : "";
  return `${who}${note}: ${text || (file?.name ?? "")}`;
}

/** @param {string} text */
function short(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > PREVIEW_CHARS ? `${line.slice(0, PREVIEW_CHARS - 1)}…` : line;
}

/**
 * @param {KeyboardEvent} event
 * @param {readonly ConversationView[]} all
 * @param {Actions} actions
 */
function pressed(event, all, actions) {
  const target = /** @type {HTMLElement} */ (event.target);
  const at = all.findIndex(({ id }) => id === target.dataset["conversation"]);
  const next = neighbour(event.key, at, all.length);
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    actions.focus("[data-compose]");
  }
  const view = next === null ? undefined : all[next];
  if (view === undefined) return;
  event.preventDefault();
  actions.select(view.id);
  actions.focus("[role=option][data-chosen]");
}

/**
 * Where a key leads to in the list, null for keys that lead nowhere.
 *
 * @param {string} key
 * @param {number} at
 * @param {number} length
 */
export function neighbour(key, at, length) {
  switch (key) {
    case "ArrowDown":
      return Math.min(at + 1, length - 1);
    case "ArrowUp":
      return Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}
