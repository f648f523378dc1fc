import { h } from "../../page/dom.js";
import { uploadRows } from "../../page/file-view.js";
import { icon } from "../../page/icons.js";
import { avatar, button, chip } from "../../page/parts.js";
import { chatPhase } from "../chat-words.js";
import { chatOf, partIn } from "../chats.js";
import { callName, nameOf, teamName } from "../store.js";
import { blockedBy, transferBlocked } from "./call.js";
import { decision, pendingOffer } from "./chat-offer.js";
import { composer } from "./composer.js";
import { noteLeft } from "./history.js";
import { messageLog } from "./messages.js";
import { offeredCall } from "./offered-call.js";
import { saveMenu } from "./save-menu.js";
import { supervisionButtons } from "./supervise.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ActionName, ConversationView, Observer, Participant } from "../../client/types.js" */
/** @import { Part } from "../chats.js" */
/** @import { ButtonOptions } from "../../page/parts.js" */

/**
 * The chat on the stage: who is in it, what was said, and where one writes or decides.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function chatStage(state, view, actions) {
  const part = partIn(state, view);
  const offered = part === "offered";
  return h(
    "article",
    {
      key: `chat ${view.id}`,
      class: `card chat ${part}`,
      "aria-label": `Chat with ${callName(state, view)}`,
      "data-testid": "chat",
      "data-conversation": view.id,
      "data-part": part,
      "data-drop": part !== "offered",
    },
    head(state, view, actions),
    offered || part === "closed" ? null : pendingOffer(state, view, actions),
    offeredCall(state, view, actions),
    messageLog(state, view, actions),
    typing(state, view),
    uploadRows(chatOf(state, view.id).uploads, {
      cancel: (id) => actions.cancelUpload(view.id, id),
      retry: (id) => actions.retryUpload(view.id, id),
    }),
    offered ? decision(state, view, actions) : composer(state, view, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function head(state, view, actions) {
  const part = partIn(state, view);
  return h(
    "header",
    { class: "chat-head" },
    h(
      "div",
      { class: "chat-title" },
      h(
        "div",
        { class: "grow" },
        h(
          "h1",
          // Where nothing can be written, reading begins here.
          { tabindex: "-1", "data-focus": true, "data-testid": "chat-name" },
          callName(state, view),
        ),
        h(
          "p",
          { class: "soft" },
          `${teamName(state, view.team)} · `,
          h(
            "span",
            { "data-testid": "chat-phase", "data-phase": view.phase },
            phase(part, view),
          ),
        ),
      ),
      part === "member" ? tools(state, view, actions) : null,
      part === "offered" || view.chat?.may_save === false ? null : saveMenu(state, view, actions),
    ),
    people(state, view, actions),
    part === "closed" ? null : supervision(state, view, actions),
    part === "offered" || view.offer ? null : noteLeft(view, "chat-note"),
  );
}

/**
 * @param {Part} part
 * @param {ConversationView} view
 */
function phase(part, view) {
  if (part === "closed") return "Over";
  return part === "offered" ? "Offered to you" : chatPhase(view);
}

/**
 * Whether the command is one of this medium's and this agent's at all.
 *
 * @param {ConversationView} view
 * @param {ActionName} name
 * @param {string} [whom]
 */
function has(view, name, whom) {
  const action = view.actions.find((one) => one.action === name && one.participant === whom);
  if (action === undefined) return false;
  return action.reason !== "wrong_medium" && action.reason !== "not_permitted";
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function tools(state, view, actions) {
  const colleague = view.participants.some(
    ({ id, role }) => id !== view.you && role !== "customer",
  );
  /** @type {(name: ActionName, options: Omit<ButtonOptions, "blocked" | "busy">) => any} */
  const tool = (name, options) =>
    !has(view, name)
      ? null
      : button({
          ...options,
          blocked: blockedBy(state, view, name),
          busy: state.pending.includes(`${name} ${view.id}`),
        });
  // Whoever is alone with the customer ends the chat; leaving needs somebody who stays. Between two
  // colleagues it is the same.
  const leaving =
    !view.internal && view.actions.some(({ action, enabled }) => action === "leave" && enabled);
  return h(
    "div",
    { class: "chat-tools", role: "toolbar", "aria-label": "Chat controls" },
    has(view, "invite") || has(view, "transfer")
      ? button({
          testid: "chat-transfer-open",
          label: "Transfer…",
          describe: "Transfer, or bring somebody in",
          icon: "transfer",
          shortcut: "T",
          blocked: transferBlocked(state, view),
          act: () => actions.openTransfer(view.id, "blind"),
        })
      : null,
    tool("offer_call", {
      testid: "chat-offer-call",
      label: "Call",
      describe: view.offered_call ? "Call: offered" : `Call: offer one to ${callName(state, view)}`,
      icon: "phone",
      act: () => actions.offerCall(view.id),
    }),
    tool("invite_listener", {
      testid: "chat-invite-listener",
      label: "Listener…",
      describe: "Listener: let a colleague read along",
      icon: "eye",
      act: () => actions.openListener(view.id),
    }),
    leaving
      ? tool("leave", {
          testid: "chat-leave",
          label: "Leave",
          describe: colleague ? "Leave: your colleague goes on" : "Leave the chat",
          icon: "leave",
          shortcut: "L",
          act: () => actions.leave(view.id),
        })
      : null,
    tool("complete", {
      testid: "chat-complete",
      label: colleague && !view.internal ? "Complete" : "End chat",
      describe: colleague && !view.internal ? "Complete the transfer and leave" : "End chat",
      icon: "check",
      shortcut: "C",
      act: () => actions.complete(view.id),
    }),
  );
}

/**
 * Who is in it, and who reads along.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function people(state, view, actions) {
  return h(
    "ul",
    { class: "chat-people", "aria-label": "Who is in this chat" },
    view.participants.map((one) => person(state, view, one, actions)),
    (view.observers ?? []).map((one) => observer(state, view, one, actions)),
  );
}

/** @type {Readonly<Record<Participant["role"], string>>} */
const ROLES = { customer: "Customer", agent: "Agent", supervisor: "Supervisor" };

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Participant} one
 * @param {Actions} actions
 */
function person(state, view, one, actions) {
  const { owner } = view;
  const owns = owner !== null && "agent" in owner && `agent:${owner.agent}` === one.id;
  const what = owns ? "answers for it" : ROLES[one.role].toLowerCase();
  return h(
    "li",
    {
      key: one.id,
      class: `chat-person ${one.presence}`,
      "data-testid": `chat-person-${one.id}`,
      "data-presence": one.presence,
      "data-owner": owns,
    },
    avatar(one.name, `small ${one.role}`),
    h(
      "span",
      { class: "stack" },
      h("span", { class: "strong" }, one.id === view.you ? `${one.name} (you)` : one.name),
      h("span", { class: "soft" }, one.presence === "reconnecting" ? "reconnecting…" : what),
    ),
    removal(state, view, one, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Observer} one
 * @param {Actions} actions
 */
function observer(state, view, one, actions) {
  const coached = one.agent === undefined ? "" : nameOf(state, one.agent);
  const others = {
    monitor: "reads along unnoticed",
    coach: `coaches ${coached}`,
    listener: "listens",
  };
  const own = { monitor: "read along unnoticed", coach: `coach ${coached}`, listener: "listen" };
  const self = one.id === view.you;
  const text = self ? `You ${own[one.mode]}` : `${one.name} ${others[one.mode]}`;
  return h(
    "li",
    {
      key: `observer ${one.id}`,
      class: "chat-person",
      "data-testid": `observer-${one.id}`,
      "data-mode": one.mode,
    },
    chip("eye", text),
    removal(state, view, one, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {{ id: string, name: string }} one
 * @param {Actions} actions
 */
function removal(state, view, { id, name }, actions) {
  if (!has(view, "remove", id) || partIn(state, view) === "closed") return null;
  return button({
    testid: `remove-${id}`,
    label: "",
    describe: `Remove ${name} from the chat`,
    icon: "close",
    look: "quiet",
    blocked: blockedBy(state, view, "remove", id),
    busy: state.pending.includes(`remove ${view.id} ${id}`),
    act: () => actions.remove(view.id, id),
  });
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function supervision(state, view, actions) {
  if (partIn(state, view) !== "monitor") return null;
  return h(
    "div",
    { key: "supervise", class: "supervise", role: "toolbar", "aria-label": "Supervision controls" },
    supervisionButtons(state, view, actions, "stage"),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 */
function typing(state, view) {
  const types = chatOf(state, view.id).typing;
  // Who has no seat any more is not waited for.
  const seated = view.participants.filter(({ id }) => types.includes(id));
  const names = seated.map(({ id }) => nameOf(state, id));
  const text =
    names.length === 0 ? "" : `${names.join(" and ")} ${names.length > 1 ? "type" : "types"}…`;
  return h(
    "p",
    { key: "typing", class: "typing", "aria-live": "polite", "data-testid": "chat-typing" },
    names.length === 0 ? null : icon("chat"),
    h("span", null, text),
  );
}
