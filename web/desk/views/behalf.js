import { h } from "../../page/dom.js";
import { button, modal } from "../../page/parts.js";
import { refusal } from "../../page/words.js";
import { nameOf, targetName } from "../store.js";
import { blockedBy } from "./call.js";
import { search, targets } from "./targets.js";
import { seatedPeople } from "./supervision.js";
import { noteField, refusedLine } from "./transfer.js";
/** @import { Dialog, State, TransferDraft } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Ongoing } from "../../client/types.js" */

/**
 * Whom a supervisor transfers to in an agent's name, or whom an agent has listen.
 *
 * @param {State} state
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function chooseDialog(state, draft, actions) {
  const one = conversation(state, draft.conversation);
  if (one === undefined) return null;
  const listener = draft.way === "listener";
  const blocked = submitBlocked(state, one, draft);
  return modal(
    "transfer-dialog",
    listener ? "Let a colleague listen" : "Transfer on behalf",
    actions.closeDialog,
    h(
      "form",
      {
        class: "transfer",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          if (blocked === null) actions.chosen(draft);
        },
      },
      h(
        "div",
        { class: "transfer-whom" },
        search(draft, actions),
        targets(state, one, draft, actions),
      ),
      h(
        "div",
        { class: "transfer-how" },
        h("p", { class: "soft" }, listener ? listening(one) : onBehalf(state, one)),
        noteField(draft, actions),
        refusedLine(draft),
        h(
          "div",
          { class: "row end" },
          button({ testid: "transfer-back", label: "Back", act: actions.closeDialog }),
          button({
            testid: "transfer-submit",
            label: submitLabel(state, draft),
            icon: listener ? "eye" : "transfer",
            look: "primary",
            type: "submit",
            blocked,
            busy: state.pending.includes(`invite ${one.id}`),
            act: () => {},
          }),
        ),
      ),
    ),
  );
}

/** @param {ConversationView | Ongoing} one */
function listening({ medium }) {
  const what =
    medium === "chat"
      ? "Your colleague is asked, and then reads along and cannot write. "
      : "Your colleague is called, and then hears everybody and is heard by nobody. ";
  return `${what}It takes a colleague who may listen to this team.`;
}

/**
 * What is known of a conversation that one may only see on the board.
 *
 * @param {State} state
 * @param {string} id
 * @returns {ConversationView | Ongoing | undefined}
 */
function conversation(state, id) {
  return state.calls[id] ?? state.board.ongoing?.find((one) => one.id === id);
}

/**
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 */
function onBehalf(state, { owner, medium }) {
  const agent = owner !== null && "agent" in owner ? nameOf(state, `agent:${owner.agent}`) : null;
  if (medium === "chat") {
    const who = agent ?? "the agent";
    return `The chat is offered in the name of ${who}, who writes on until somebody accepts it.`;
  }
  const leaving = `${agent ?? "The agent"} leaves at once, and is told that it was you.`;
  return `${leaving} If nobody answers, the customer comes back to ${agent ?? "the agent"}.`;
}

/**
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 * @param {TransferDraft} draft
 */
function submitBlocked(state, one, draft) {
  const listener = draft.way === "listener";
  if (draft.target === null) {
    return listener ? "Choose a colleague first" : "Choose a colleague or a team first";
  }
  return blockedBy(state, one, listener ? "invite_listener" : "transfer_on_behalf");
}

/**
 * @param {State} state
 * @param {TransferDraft} draft
 */
function submitLabel(state, draft) {
  const whom = draft.target === null ? null : targetName(state, draft.target);
  if (draft.way === "listener") return whom === null ? "Call" : `Call ${whom}`;
  return whom === null ? "Hand over" : `Hand over to ${whom}`;
}

/**
 * @param {State} state
 * @param {Extract<Dialog, { name: "end_for_all" }>} dialog
 * @param {Actions} actions
 */
export function endDialog(state, dialog, actions) {
  const one = conversation(state, dialog.conversation);
  const people = one === undefined ? "" : seatedPeople(one).join(" and ");
  const blocked = one === undefined ? refusal("conversation_ended") : null;
  return modal(
    "end-for-all-dialog",
    "End for all?",
    actions.closeDialog,
    h(
      "p",
      { class: "confirm" },
      `The conversation ends at once for ${people || "everybody in it"}.`,
    ),
    h(
      "div",
      { class: "row end" },
      button({ testid: "end-for-all-back", label: "Back", act: actions.closeDialog }),
      button({
        testid: "end-for-all-confirm",
        label: "End for all",
        icon: "phoneDown",
        look: "danger",
        blocked: blocked ?? (one ? blockedBy(state, one, "end_for_all") : null),
        busy: state.pending.includes(`end_for_all ${dialog.conversation}`),
        act: () => actions.endForAll(dialog.conversation),
      }),
    ),
  );
}
