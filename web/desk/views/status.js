import { h } from "../../page/dom.js";
import { menuButton } from "../../page/menu.js";
import { away, refusal } from "../../page/words.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { DeskYou, Medium } from "../../client/types.js" */
/** @import { MenuItem } from "../../page/menu.js" */

/** What somebody may choose to be: nothing of what it does is among it. */
const STATUSES = [
  { id: "present", label: "Ready for calls", hint: "Calls ring here" },
  { id: "break", label: "On a break", hint: "No calls" },
  { id: "meeting", label: "In a meeting", hint: "No calls" },
  { id: "other", label: "Away", hint: "No calls" },
];

/** The same for both media at once. */
const BOTH = [
  { id: "present", label: "Ready", hint: "Calls ring here, chats are offered" },
  { id: "break", label: "On a break", hint: "No calls, no chats" },
  { id: "meeting", label: "In a meeting", hint: "No calls, no chats" },
  { id: "other", label: "Away", hint: "No calls, no chats" },
];

/** @type {readonly { id: string, group: string, label: string, medium: Medium }[]} */
const EACH = [
  { id: "calls-present", group: "Calls alone", label: "Ready for calls", medium: "voice" },
  { id: "calls-away", group: "Calls alone", label: "No calls", medium: "voice" },
  { id: "chats-present", group: "Chats alone", label: "Ready for chats", medium: "chat" },
  { id: "chats-away", group: "Chats alone", label: "No chats", medium: "chat" },
];

/**
 * What one takes: calls and chats together, or each alone.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function statusMenu(state, actions) {
  const you = state.desk?.you;
  const present = you === undefined || you.status === "present";
  const value = present ? "present" : (you.away_reason ?? "other");
  const some = present || you?.chat?.status === "present";
  return menuButton({
    testid: "status",
    name: "Your status",
    face: [
      h("span", { class: `status-dot ${some ? "ready" : "away"}`, "aria-hidden": "true" }),
      h("span", { class: "menu-label" }, label(you, value)),
    ],
    data: {
      "data-status": you?.status,
      "data-reason": present ? undefined : value,
      "data-chat-status": you?.chat?.status,
    },
    items: items(you, value),
    open: state.menu === "status",
    blocked: you === undefined || state.connection !== "live" ? refusal("not_connected") : null,
    toggle: (open) => actions.dispatch({ type: "menu", menu: open ? "status" : null }),
    choose: (id) => choose(id, actions),
  });
}

/**
 * @param {DeskYou | undefined} you
 * @param {string} value
 */
function label(you, value) {
  const chat = you?.chat;
  if (chat === undefined) return STATUSES.find(({ id }) => id === value)?.label ?? away(value);
  if (chat.status !== you?.status) return value === "present" ? "Calls only" : "Chats only";
  return BOTH.find(({ id }) => id === value)?.label ?? away(value);
}

/**
 * @param {DeskYou | undefined} you
 * @param {string} value
 * @returns {MenuItem[]}
 */
function items(you, value) {
  const chat = you?.chat;
  if (chat === undefined) return STATUSES.map((one) => ({ ...one, checked: one.id === value }));
  const same = chat.status === you?.status;
  const group = "Calls and chats";
  const both = BOTH.map((one) => ({ ...one, group, checked: same && one.id === value }));
  const is = { voice: you?.status, chat: chat.status };
  const each = EACH.map((one) => ({ ...one, checked: one.id.endsWith(`-${is[one.medium]}`) }));
  return [...both, ...each];
}

/**
 * @param {string} id
 * @param {Actions} actions
 */
function choose(id, actions) {
  const alone = EACH.find((one) => one.id === id);
  if (alone !== undefined) {
    const present = id.endsWith("-present");
    actions.setStatus(present ? "present" : "away", "other", alone.medium);
  } else if (id === "present") actions.setStatus(id);
  else actions.setStatus("away", id);
}
