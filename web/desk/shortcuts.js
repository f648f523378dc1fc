import { supervises } from "./board.js";
import { incomingCall, observedCall, seatedCall, wrapsUp } from "./store.js";
import { composed, partIn, shownChat } from "./chats.js";
import { blockedBy, transferBlocked } from "./views/call.js";
import { barged } from "./views/supervise.js";
import { takeAnyNext } from "./views/queues.js";
/** @import { State } from "./store.js" */
/** @import { Actions } from "./actions.js" */

/**
 * @typedef {object} Shortcut
 * @property {string} key
 * @property {string} label
 * @property {(state: State, actions: Actions) => void} press
 * @property {(state: State) => boolean} [offered] whether it is of any use to this agent
 */

/** @type {readonly Shortcut[]} */
export const SHORTCUTS = [
  {
    key: "a",
    label: "Answer the call, or accept the chat",
    press: (state, actions) => ringing(state, "accept", (id) => actions.accept(id)),
  },
  {
    key: "d",
    label: "Decline",
    press: (state, actions) => ringing(state, "decline", (id, why) => actions.decline(id, why)),
  },
  { key: "m", label: "Mute or unmute yourself", press: mute },
  { key: "h", label: "Hold or resume the customer", press: hold },
  { key: "t", label: "Transfer, or bring somebody in", press: transfer },
  { key: "x", label: "Stop calling the colleague", press: simple("cancel") },
  { key: "s", label: "Swap customer and colleague", press: simple("swap") },
  { key: "g", label: "Merge all into one talk", press: simple("merge") },
  { key: "c", label: "Complete the transfer", press: simple("complete") },
  { key: "l", label: "Leave or end the call", press: simple("leave") },
  {
    key: "v",
    label: "Go to your conversations",
    press: (_, actions) => actions.focus("[role=option][data-chosen]"),
  },
  {
    key: "r",
    label: "Reply: write in the chat",
    press: (_, actions) => actions.focus("[data-compose]"),
  },
  { key: "n", label: "Take the next who waits", press: takeAnyNext },
  { key: "e", label: "More time for wrap-up", press: wrapUp("extendWrapUp") },
  { key: "f", label: "Finish wrap-up", press: wrapUp("finishWrapUp") },
  {
    key: "b",
    label: "Open or close the supervision board",
    offered: supervises,
    press: (state, actions) => {
      if (supervises(state)) actions.openBoard(!state.board.open);
    },
  },
  { key: "o", label: "Monitor: only listen", offered: supervises, press: supervise("monitor") },
  {
    key: "w",
    label: "Whisper: coach the agent, or the other one",
    offered: supervises,
    press: coach,
  },
  { key: "j", label: "Join in: barge", offered: supervises, press: supervise("barge") },
  {
    key: "q",
    label: "Quit observing",
    offered: (state) => supervises(state) || observedCall(state) !== undefined,
    press: supervise("stop_observing"),
  },
  {
    key: "?",
    label: "This list",
    press: (_, actions) => actions.dispatch({ type: "dialog", dialog: { name: "help" } }),
  },
];

/**
 * Does what the key stands for, unless it is being typed or belongs to the browser.
 *
 * @param {KeyboardEvent} event
 * @param {State} state
 * @param {Actions} actions
 */
export function press(event, state, actions) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (state.session !== "signed_in" || state.dialog.name !== "none") return;
  if (typing(event.target)) return;
  const shortcut = SHORTCUTS.find(({ key }) => key === event.key.toLowerCase());
  if (shortcut === undefined) return;
  event.preventDefault();
  shortcut.press(state, actions);
}

/** @param {EventTarget | null} target */
function typing(target) {
  const element = /** @type {Element | null} */ (target);
  return element?.matches?.("input, textarea, select, [contenteditable]") ?? false;
}

/**
 * The call that rings comes first, then the chat on the stage that is offered.
 *
 * @param {State} state
 * @param {"accept" | "decline"} name
 * @param {(id: string, why: string) => void} then
 */
function ringing(state, name, then) {
  if (state.connection !== "live") return;
  const call = incomingCall(state);
  if (call !== undefined) then(call.id, "");
  const chat = call === undefined ? shownChat(state) : undefined;
  if (chat === undefined || partIn(state, chat) !== "offered") return;
  if (blockedBy(state, chat, name) === null) then(chat.id, composed(state, chat.id).decline.trim());
}

/**
 * What the keys for leaving and handing over are about: the chat on the stage, or else the call.
 *
 * @param {State} state
 */
function atHand(state) {
  const chat = shownChat(state);
  if (chat === undefined) return seatedCall(state);
  return partIn(state, chat) === "member" ? chat : undefined;
}

/**
 * @param {"cancel" | "swap" | "merge" | "complete" | "leave"} name
 * @returns {Shortcut["press"]}
 */
function simple(name) {
  return (state, actions) => {
    const view = atHand(state);
    if (view !== undefined && blockedBy(state, view, name) === null) actions[name](view.id);
  };
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function mute(state, actions) {
  const view = seatedCall(state);
  if (view === undefined) return;
  const muted = view.participants.find(({ id }) => id === view.you)?.muted !== null;
  const name = muted ? "unmute" : "mute";
  if (blockedBy(state, view, name) === null) actions.mute(view.id, !muted);
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function hold(state, actions) {
  const view = seatedCall(state);
  const customer = view?.participants.find(({ role }) => role === "customer");
  if (view === undefined || customer === undefined) return;
  const name = customer.held === null ? "hold" : "resume";
  if (blockedBy(state, view, name, customer.id) === null) actions[name](view.id, customer.id);
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function transfer(state, actions) {
  const view = atHand(state);
  if (view === undefined || transferBlocked(state, view) !== null) return;
  if (view.medium === "chat") actions.openTransfer(view.id, "blind");
  else actions.openTransfer(view.id);
}

/**
 * @param {"extendWrapUp" | "finishWrapUp"} name
 * @returns {Shortcut["press"]}
 */
function wrapUp(name) {
  return (state, actions) => {
    if (wrapsUp(state) && incomingCall(state) === undefined) actions[name]();
  };
}

/**
 * What this agent supervises on its stage: without a seat, or from one beside the agents.
 *
 * @param {State} state
 */
function supervised(state) {
  const chat = shownChat(state);
  const part = chat === undefined ? null : partIn(state, chat);
  if (part === "monitor" || part === "listener") return chat;
  const seated = seatedCall(state);
  return observedCall(state) ?? (seated !== undefined && barged(seated) ? seated : undefined);
}

/**
 * @param {"monitor" | "barge" | "stop_observing"} name
 * @returns {Shortcut["press"]}
 */
function supervise(name) {
  return (state, actions) => {
    const view = supervised(state);
    if (view === undefined || blockedBy(state, view, name) !== null) return;
    actions[name === "stop_observing" ? "stopObserving" : name](view.id);
  };
}

/**
 * Coaches the one agent; of two the one who is not coached yet.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function coach(state, actions) {
  const view = supervised(state);
  const open = view?.actions.find(({ action, enabled }) => action === "coach" && enabled);
  if (view === undefined || open?.participant === undefined) return;
  if (blockedBy(state, view, "coach", open.participant) === null) {
    actions.coach(view.id, open.participant);
  }
}
