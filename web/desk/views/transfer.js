import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button, modal } from "../../page/parts.js";
import { estimate } from "../../page/words.js";
import { targetName, teamName } from "../store.js";
import { blockedBy } from "./call.js";
import { whyNoChat, whyNot } from "./colleagues.js";
import { search, targets, teamsFor, words } from "./targets.js";
/** @import { State, TransferDraft, TransferWay } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, DeskTeam, Target } from "../../client/types.js" */

/** @typedef {readonly (readonly [way: TransferWay, label: string, text: string])[]} Ways */

/** @type {Ways} */
const TO_SOMEBODY = [
  ["consult", "Talk first", "You two speak alone while the customer hears music."],
  ["conference", "All together", "Whoever answers joins the talk at once. Nobody is put on hold."],
  [
    "blind",
    "Hand over now",
    "You leave at once. If nobody answers, the customer comes back to you.",
  ],
];

/** @type {Ways} */
const OF_A_CHAT = [
  [
    "blind",
    "Offer it",
    "You answer for the chat until it is accepted. From then on you listen, and cannot write.",
  ],
  ["conference", "All together", "Whoever accepts writes with you. You may leave from then on."],
];

/** @type {Ways} */
const CHAT_TO_A_QUEUE = [
  [
    "blind",
    "Put it in line",
    "You write on until somebody takes it. You may leave before: it keeps its place.",
  ],
];

/** @type {Ways} */
const TO_A_QUEUE = [
  [
    "consult",
    "Stay, and talk first",
    "You stay with the customer until somebody answers. Then you two speak alone.",
  ],
  [
    "conference",
    "Stay, all together",
    "You stay with the customer, and whoever answers joins in. You may leave at any time.",
  ],
  ["blind", "Leave now", "The customer waits in the queue with music, and not with you."],
];

/**
 * @param {State} state
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function transferDialog(state, draft, actions) {
  const view = state.calls[draft.conversation];
  if (view === undefined) return null;
  const blocked = submitBlocked(state, view, draft);
  const busy = state.pending.includes(`invite ${view.id}`);
  const chat = view.medium === "chat";
  return modal(
    "transfer-dialog",
    "Transfer or bring somebody in",
    actions.closeDialog,
    h(
      "form",
      {
        class: "transfer",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          if (blocked === null && !busy) actions.invite(draft);
        },
      },
      h(
        "div",
        { class: "transfer-whom" },
        search(draft, actions),
        targets(state, view, draft, actions),
      ),
      h(
        "div",
        { class: "transfer-how" },
        ways(draft, actions, chat),
        holdPolicy(draft, actions),
        noteField(draft, actions),
        outlook(state, draft, chat),
        refusedLine(draft),
        h(
          "div",
          { key: "end", class: "row end" },
          button({ testid: "transfer-back", label: "Back", act: actions.closeDialog }),
          button({
            testid: "transfer-submit",
            label: submitLabel(state, draft, chat),
            icon: draft.way === "blind" ? "transfer" : toQueue(draft.target) ? "clock" : "phone",
            look: "primary",
            type: "submit",
            blocked,
            busy,
            act: () => {},
          }),
        ),
      ),
    ),
  );
}

/** @param {TransferDraft} draft */
export function refusedLine({ refused }) {
  if (refused === null) return null;
  const props = { class: "refused", role: "alert", "data-testid": "transfer-refused" };
  return h("p", { key: "refused", ...props }, refused);
}

/** @param {Target | null} target */
function toQueue(target) {
  return target !== null && "queue" in target;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {TransferDraft} draft
 */
function submitBlocked(state, view, draft) {
  const { target } = draft;
  if (target === null) return "Choose a colleague or a team first";
  if ("agent" in target) {
    const agent = state.desk?.agents.find(({ id }) => id === `agent:${target.agent}`);
    const whyOf = view.medium === "chat" ? whyNoChat : whyNot;
    const why = agent === undefined ? "Signed out" : whyOf(agent);
    if (why !== null) return `${targetName(state, target)}: ${why}`;
  }
  return blockedBy(state, view, draft.way === "blind" ? "transfer" : "invite");
}

/**
 * @param {State} state
 * @param {TransferDraft} draft
 * @param {boolean} chat
 */
function submitLabel(state, { target, way }, chat) {
  if (chat) return chatLabel(target === null ? null : targetName(state, target), target, way);
  if (target === null) return way === "blind" ? "Hand over" : "Call";
  const name = targetName(state, target);
  if ("queue" in target) return `${way === "blind" ? "Hand over" : "Send"} to the queue of ${name}`;
  return way === "blind" ? `Hand over to ${name}` : `Call ${name}`;
}

/**
 * @param {string | null} name
 * @param {Target | null} target
 * @param {TransferWay} way
 */
function chatLabel(name, target, way) {
  if (name === null) return way === "blind" ? "Offer" : "Invite";
  if (toQueue(target)) return `Put into the queue of ${name}`;
  return way === "blind" ? `Offer to ${name}` : `Invite ${name}`;
}

/**
 * What is to be expected of a team or a queue, as far as it can be told before.
 *
 * @param {State} state
 * @param {TransferDraft} draft
 * @param {boolean} chat
 */
function outlook(state, { target }, chat) {
  if (target === null || "agent" in target) return null;
  const id = "team" in target ? target.team : target.queue;
  const team = teamsFor(state, chat).find((one) => one.id === id);
  if (team === undefined) return null;
  const text =
    "queue" in target
      ? queueOutlook(team.waiting, team.estimated_wait_ms, team.delivery === "pull")
      : team.available > 0
        ? `${people(team.available)} of ${team.name} can be ${chat ? "asked" : "rung"} now.`
        : `Nobody of ${team.name} is free. ${nobodyOutlook(state, team)}`;
  return h(
    "p",
    {
      key: "outlook",
      class: "outlook",
      "aria-live": "polite",
      "data-testid": "transfer-outlook",
    },
    icon("clock"),
    h("span", null, text),
  );
}

/**
 * What becomes of a call to a team of which nobody is free.
 *
 * @param {State} state
 * @param {DeskTeam} team
 */
function nobodyOutlook(state, { when_nobody }) {
  if (typeof when_nobody === "object") {
    return `${teamName(state, when_nobody.fallback_team)} is called in its place.`;
  }
  switch (when_nobody) {
    case undefined:
    case "reject":
      return "The call is refused, unless somebody becomes free before.";
    case "wait":
      return "Who becomes free is rung, for a while.";
    case "queue":
      return "Who becomes free is rung; once you have left, the customer waits in the queue.";
  }
}

/** @param {number} count */
function people(count) {
  return count === 1 ? "One agent" : `${count} agents`;
}

/**
 * @param {number} waiting
 * @param {number | null | undefined} ms
 * @param {boolean} pull
 */
function queueOutlook(waiting, ms, pull) {
  const others = waiting === 1 ? "One is waiting there" : `${waiting} are waiting there`;
  const place = waiting === 0 ? "The customer is first in line" : others;
  const how = pull ? "Agents of this team fetch the next themselves." : "Whoever is free is rung.";
  return `${place}, ${estimate(ms)}. ${how}`;
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 * @param {boolean} chat
 */
function ways(draft, actions, chat) {
  const queue = toQueue(draft.target);
  const ofChat = queue ? CHAT_TO_A_QUEUE : OF_A_CHAT;
  const all = chat ? ofChat : queue ? TO_A_QUEUE : TO_SOMEBODY;
  return h(
    "fieldset",
    { class: "ways" },
    h("legend", null, "How"),
    all.map(([way, label, text]) =>
      h(
        "label",
        { key: way, class: "way", "data-testid": `way-${way}` },
        h("input", {
          type: "radio",
          name: "way",
          checked: draft.way === way || all.length === 1,
          onchange: () => actions.dispatch({ type: "draft", change: { way } }),
        }),
        h("span", { class: "stack" }, words(label, text)),
      ),
    ),
  );
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
function holdPolicy(draft, actions) {
  if (draft.way !== "consult") return null;
  return h(
    "div",
    { class: "stack policies", key: "policies" },
    check(
      "hold-now",
      toQueue(draft.target) ? "Customer on hold while it waits" : "Customer on hold while it rings",
      draft.holdNow,
      (holdNow) => actions.dispatch({ type: "draft", change: { holdNow } }),
    ),
    check("stay-held", "If nobody answers, keep the customer on hold", draft.stayHeld, (stayHeld) =>
      actions.dispatch({ type: "draft", change: { stayHeld } }),
    ),
  );
}

/**
 * @param {string} testid
 * @param {string} label
 * @param {boolean} checked
 * @param {(checked: boolean) => void} change
 */
function check(testid, label, checked, change) {
  return h(
    "label",
    { key: testid, class: "check" },
    h("input", {
      type: "checkbox",
      "data-testid": testid,
      checked,
      onchange: (/** @type {{ target: HTMLInputElement }} */ { target }) => change(target.checked),
    }),
    label,
  );
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function noteField(draft, actions) {
  return h(
    "label",
    { class: "stack", key: "note" },
    h("span", null, "Note for your colleague"),
    h("textarea", {
      class: "input",
      rows: 2,
      maxlength: 500,
      placeholder: "What is it about?",
      "data-testid": "transfer-note",
      value: draft.note,
      oninput: (/** @type {{ target: HTMLTextAreaElement }} */ { target }) =>
        actions.dispatch({ type: "draft", change: { note: target.value } }),
    }),
  );
}
