import { chatOf } from "./chats.js";
/** @import { ConversationId, Message } from "../client/types.js" */
/** @import { Closed } from "./chats.js" */
/** @import { Kept } from "./drafts.js" */
/** @import { State } from "./store.js" */

/** Chats that are over and still to be looked at outlive a reload of the page. */

/**
 * @typedef {Readonly<Record<ConversationId, Closed>>} AllClosed
 *
 * @typedef {{ type: "closed_kept", closed: AllClosed, selected: ConversationId | null }
 *   | { type: "history", conversation: ConversationId, messages: Message[] }} ClosedEvent
 */

/**
 * @param {State} state
 * @param {ClosedEvent} event
 * @returns {State}
 */
export function changeClosed(state, event) {
  switch (event.type) {
    case "closed_kept": {
      const gone = Object.entries(event.closed).filter(([id]) => state.calls[id] === undefined);
      const closed = { ...Object.fromEntries(gone), ...state.closed };
      // What was said in them is to be loaded.
      const empty = gone.map(([id]) => [id, { ...chatOf(state, id), more: true }]);
      const chats = { ...Object.fromEntries(empty), ...state.chats };
      const known = event.selected !== null && closed[event.selected] !== undefined;
      const selected = state.selected ?? (known ? event.selected : null);
      return { ...state, closed, chats, selected };
    }
    case "history": {
      // It may go on again by now: then its channel knows better.
      if (state.closed[event.conversation] === undefined) return state;
      const { messages } = event;
      const chat = { ...chatOf(state, event.conversation), messages, more: false };
      return { ...state, chats: { ...state.chats, [event.conversation]: chat } };
    }
  }
}

/**
 * @param {Kept} kept
 * @param {State} state
 */
export function keepClosed(kept, { person, closed, selected }) {
  if (person === null || Object.keys(closed).length === 0) return kept.forget();
  kept.write(JSON.stringify({ person: person.id, closed, selected }));
}

/**
 * Those of this person, whoever used the page before.
 *
 * @param {Kept} kept
 * @param {string} person
 * @returns {{ closed: AllClosed, selected: ConversationId | null }}
 */
export function keptClosed(kept, person) {
  const none = { closed: {}, selected: null };
  try {
    const all = JSON.parse(kept.read() ?? "null");
    if (all?.person !== person) return none;
    const whole = Object.entries(all.closed).filter(([id, one]) => one?.view?.id === id);
    return { closed: Object.fromEntries(whole), selected: all.selected ?? null };
  } catch {
    // Something else wrote there: nothing of ours is lost with it.
    return none;
  }
}
