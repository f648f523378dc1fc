import { atDesk, find, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, CAROL, seat, view } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { ChatShot } from "../desk/chats.js" */
/** @import { State, StoreEvent } from "../desk/store.js" */
/** @import { ConversationView, Message } from "../client/types.js" */

/** A chat of Alice's at Bob's desk. */

/**
 * @param {Partial<ConversationView>} [more]
 * @returns {ConversationView}
 */
export function chatView(more = {}) {
  const chat = { may_write: true, reason: null };
  const leave = { action: /** @type {const} */ ("leave"), enabled: false, reason: "nobody_else" };
  const actions = [...allowed("invite", "transfer", "complete"), leave];
  return view({ id: "c7", medium: "chat", chat, hearing: { source: "silence" }, actions, ...more });
}

/**
 * @param {number} number
 * @param {string} text
 * @param {Partial<Message>} [more]
 * @returns {Message}
 */
export function message(number, text, more = {}) {
  const from = { person: ALICE, name: "Alice" };
  const at_ms = 2_000 + 1_000 * number;
  return { number, id: `m${number}`, from, audience: "everyone", at_ms, text, ...more };
}

export const BY_BOB = { from: { person: BOB, name: "Bob" } };
export const BY_CAROL = { from: { person: CAROL, name: "Carol" } };

/**
 * @param {Partial<ChatShot>} [more]
 * @returns {ChatShot}
 */
export function shot(more = {}) {
  return {
    messages: [],
    more: false,
    pending: [],
    uploads: [],
    unread: 0,
    marks: {},
    typing: [],
    canWrite: true,
    whyNot: null,
    ...more,
  };
}

/**
 * @param {string} conversation
 * @param {Partial<ChatShot>} [more]
 * @returns {StoreEvent}
 */
export function said(conversation, more) {
  return { type: "chat", conversation, chat: shot(more) };
}

/** @param {ConversationView} conversation @returns {StoreEvent} */
export function shows(conversation) {
  return { type: "view", view: conversation };
}

/** Bob in the chat with Alice, who has written. @param {...StoreEvent} events */
export function inChat(...events) {
  return atDesk(shows(chatView()), said("c7", { messages: [message(1, "Hello")] }), ...events);
}

/**
 * The chat that Carol offers to Bob.
 *
 * @param {Partial<ConversationView>} [more]
 */
export function offeredChat(more = {}) {
  return chatView({
    phase: "ringing",
    owner: { agent: "carol" },
    participants: [seat(ALICE), seat(CAROL)],
    offer: {
      id: "o1",
      origin: "transfer",
      initiator: CAROL,
      target: { agent: "bob" },
      candidates: [{ id: BOB, name: "Bob" }],
      state: "ringing",
      note: "about an invoice",
      expires_at_ms: 52_000,
    },
    actions: allowed("accept", "decline"),
    chat: { may_write: false, reason: "not_a_participant" },
    ...more,
  });
}

/** The chat that Bob has offered to Carol. */
export function offeredAway() {
  const { offer = null } = offeredChat();
  const candidates = [{ id: CAROL, name: "Carol" }];
  return chatView({
    phase: "ringing",
    offer: offer && { ...offer, initiator: BOB, target: { agent: "carol" }, candidates },
    actions: allowed("cancel", "complete"),
  });
}

/** The same after Carol has accepted. */
export function listening() {
  return chatView({
    version: 5,
    owner: { agent: "carol" },
    participants: [seat(ALICE), seat(CAROL)],
    observers: [{ id: BOB, name: "Bob", mode: "listener", presence: "joined", since_ms: 9_000 }],
    actions: allowed("stop_observing"),
    chat: { may_write: false, reason: "not_owner" },
  });
}

/** @type {Partial<ChatShot>} */
export const MUTE = { canWrite: false, whyNot: "not_owner" };

/**
 * The test ids in the order in which they are read.
 *
 * @param {VNode | string} node
 * @returns {string[]}
 */
export function order(node) {
  if (typeof node === "string") return [];
  const own = node.props["data-testid"];
  const inner = node.children.flatMap(order);
  return typeof own === "string" ? [own, ...inner] : inner;
}

/**
 * @param {VNode | null} root
 * @param {string} testid
 */
export function words(root, testid) {
  return textOf(find(root, testid));
}

/**
 * The first of that property in a drawing.
 *
 * @param {VNode} root
 * @param {string} testid
 * @param {string} name
 */
export function prop(root, testid, name) {
  return find(root, testid)?.props[name];
}

/** @param {State} state */
export function draftOf(state) {
  return state.drafts["c7"];
}
