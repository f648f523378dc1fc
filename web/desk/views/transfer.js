import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { avatar, button, modal } from "../../page/parts.js";
import { refusal } from "../../page/words.js";
import { targetName, teamName } from "../store.js";
import { blockedBy } from "./call.js";
import { doing } from "./sidebar.js";
/** @import { Child } from "../../page/dom.js" */
/** @import { State, TransferDraft, TransferWay } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Target } from "../../client/types.js" */

/** @type {readonly (readonly [way: TransferWay, label: string, text: string])[]} */
const WAYS = [
  ["consult", "Talk first", "You two speak alone while the customer hears music."],
  ["conference", "All together", "Whoever answers joins the talk at once. Nobody is put on hold."],
  [
    "blind",
    "Hand over now",
    "You leave at once. If nobody answers, the customer comes back to you.",
  ],
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
          if (blocked === null) actions.invite(draft);
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
        ways(draft, actions),
        holdPolicy(draft, actions),
        noteField(draft, actions),
        h(
          "div",
          { class: "row end" },
          button({ testid: "transfer-back", label: "Back", act: actions.closeDialog }),
          button({
            testid: "transfer-submit",
            label: submitLabel(state, draft),
            icon: draft.way === "blind" ? "transfer" : "phone",
            look: "primary",
            type: "submit",
            blocked,
            busy: state.pending.includes(`invite ${view.id}`),
            act: () => {},
          }),
        ),
      ),
    ),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {TransferDraft} draft
 */
function submitBlocked(state, view, draft) {
  if (draft.target === null) return "Choose a colleague or a team first";
  return blockedBy(state, view, draft.way === "blind" ? "transfer" : "invite");
}

/**
 * @param {State} state
 * @param {TransferDraft} draft
 */
function submitLabel(state, draft) {
  if (draft.target === null) return draft.way === "blind" ? "Hand over" : "Call";
  const name = targetName(state, draft.target);
  return draft.way === "blind" ? `Hand over to ${name}` : `Call ${name}`;
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function search(draft, actions) {
  return h(
    "label",
    { class: "search" },
    icon("search"),
    h("span", { class: "visually-hidden" }, "Find a colleague or a team"),
    h("input", {
      class: "input",
      type: "search",
      autofocus: true,
      placeholder: "Find a colleague or a team",
      "data-testid": "transfer-search",
      value: draft.search,
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) =>
        actions.dispatch({ type: "draft", change: { search: target.value } }),
    }),
  );
}

/**
 * @param {State} state
 * @param {{ readonly participants: readonly { id: string }[] }} view
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function targets(state, view, draft, actions) {
  const wanted = draft.search.trim().toLowerCase();
  const matches = (/** @type {string} */ name) => name.toLowerCase().includes(wanted);
  const seated = new Set(view.participants.map(({ id }) => id));
  const agents = (state.desk?.agents ?? [])
    .filter(({ id, name }) => !seated.has(id) && matches(name))
    .toSorted((a, b) => Number(b.available) - Number(a.available));
  const teams = (state.desk?.teams ?? []).filter(({ name }) => matches(name));
  const nobody = agents.length + teams.length === 0;
  return h(
    "div",
    { class: "targets", role: "radiogroup", "aria-label": "Whom to call" },
    agents.length === 0 ? null : h("h3", { key: "agents" }, "Colleagues"),
    agents.map((agent) => {
      const id = agent.id.slice("agent:".length);
      const line = agent.available ? "Free" : whyNot(agent.unavailable_reason, doing(agent));
      const teamNames = agent.teams.map((team) => teamName(state, team)).join(", ");
      return option(draft, actions, {
        key: `agent-${id}`,
        target: { agent: id },
        off: !agent.available,
        children: [
          avatar(agent.name, "small"),
          h("span", { class: "grow stack" }, words(agent.name, teamNames)),
          h("span", { class: `state ${agent.available ? "free" : ""}` }, line),
        ],
      });
    }),
    teams.length === 0 ? null : h("h3", { key: "teams" }, "Teams"),
    teams.map((team) =>
      option(draft, actions, {
        key: `team-${team.id}`,
        target: { team: team.id },
        off: false,
        children: [
          h("span", { class: "avatar small team", "aria-hidden": "true" }, icon("people")),
          h("span", { class: "grow stack" }, words(team.name, `${team.waiting} waiting`)),
          h(
            "span",
            { class: `state ${team.available > 0 ? "free" : ""}` },
            `${team.available} free`,
          ),
        ],
      }),
    ),
    nobody ? h("p", { class: "soft" }, "Nobody of that name.") : null,
  );
}

/**
 * @param {string | null | undefined} code
 * @param {string} otherwise
 */
function whyNot(code, otherwise) {
  return code === null || code === undefined ? otherwise : refusal(code, otherwise);
}

/**
 * @param {string} strong
 * @param {string} soft
 */
function words(strong, soft) {
  return [h("span", { class: "strong" }, strong), h("span", { class: "soft" }, soft)];
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 * @param {{ key: string, target: Target, off: boolean, children: Child[] }} option
 */
function option(draft, actions, { key, target, off, children }) {
  const chosen = JSON.stringify(draft.target) === JSON.stringify(target);
  return h(
    "label",
    { key, class: `target ${off ? "dim" : ""}`, "data-testid": `target-${key}` },
    h("input", {
      type: "radio",
      name: "target",
      class: "visually-hidden",
      checked: chosen,
      disabled: off,
      onchange: () => actions.dispatch({ type: "draft", change: { target } }),
    }),
    children,
  );
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
function ways(draft, actions) {
  return h(
    "fieldset",
    { class: "ways" },
    h("legend", null, "How"),
    WAYS.map(([way, label, text]) =>
      h(
        "label",
        { key: way, class: "way", "data-testid": `way-${way}` },
        h("input", {
          type: "radio",
          name: "way",
          checked: draft.way === way,
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
    check("hold-now", "Customer on hold while it rings", draft.holdNow, (holdNow) =>
      actions.dispatch({ type: "draft", change: { holdNow } }),
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
    { class: "check" },
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
