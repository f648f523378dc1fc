import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { avatar } from "../../page/parts.js";
import { estimate } from "../../page/words.js";
import { teamName } from "../store.js";
import { inChat, whyNoChat, whyNot } from "./colleagues.js";
/** @import { Child, VNode } from "../../page/dom.js" */
/** @import { State, TransferDraft } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { DeskAgent, DeskTeam, Medium, PersonId, Target } from "../../client/types.js" */

/** @type {Readonly<Record<"reject" | "wait" | "queue", string>>} */
const NOBODY_FREE = {
  reject: "takes no call",
  wait: "rings who becomes free",
  queue: "waits in the queue",
};

/**
 * Narrows the targets by name.
 *
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
 * Whom one may call or where one may send the customer, with what speaks for and against each.
 *
 * @param {State} state
 * @param {{ medium?: Medium, participants: readonly { id: PersonId }[] }} one
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
export function targets(state, one, draft, actions) {
  const wanted = draft.search.trim().toLowerCase();
  const matches = (/** @type {{ name: string }} */ { name }) => name.toLowerCase().includes(wanted);
  const seated = new Set(one.participants.map(({ id }) => id));
  const chat = one.medium === "chat";
  const all = (state.desk?.agents ?? []).map((agent) => (chat ? inChat(agent) : agent));
  // A chat is offered to those alone who are present.
  const here = (/** @type {DeskAgent} */ { status, state }) =>
    !chat || (status === "present" && state !== "offline");
  const agents = all.filter((one) => !seated.has(one.id) && matches(one) && here(one));
  // Who is chosen stays in place when it becomes busy, and it is said why it cannot be called.
  const free = agents.filter((agent) => agent.available || isChosen(draft, targetOf(agent)));
  const others = agents.filter((agent) => !free.includes(agent));
  // Who listens is one person.
  const teams = draft.way === "listener" ? [] : teamsFor(state, chat).filter(matches);
  return h(
    "div",
    { class: "targets", role: "radiogroup", "aria-label": "Whom to call" },
    group("Colleagues", null, free, (agent) => agentOption(state, agent, draft, actions)),
    group("Teams", chat ? "Offered to who is free" : "Rings who is free", teams, (team) =>
      teamOption(state, team, draft, actions),
    ),
    group("Queues", "The customer waits in line", teams, (team) =>
      queueOption(team, draft, actions),
    ),
    group("Not now", null, others, (agent) => agentOption(state, agent, draft, actions, chat)),
    agents.length + teams.length === 0 ? h("p", { class: "soft" }, "Nobody of that name.") : null,
  );
}

/**
 * The teams as they stand for calls, or for chats.
 *
 * @param {State} state
 * @param {boolean} chat
 * @returns {DeskTeam[]}
 */
export function teamsFor({ desk }, chat) {
  const teams = desk?.teams ?? [];
  return chat ? teams.map((team) => ({ ...team, ...team.chat })) : teams;
}

/** @param {DeskAgent} agent */
function targetOf({ id }) {
  return { agent: id.slice("agent:".length) };
}

/**
 * @param {TransferDraft} draft
 * @param {Target} target
 */
function isChosen(draft, target) {
  return JSON.stringify(draft.target) === JSON.stringify(target);
}

/**
 * @template T
 * @param {string} name
 * @param {string | null} hint
 * @param {readonly T[]} items
 * @param {(item: T) => VNode} draw
 */
function group(name, hint, items, draw) {
  if (items.length === 0) return null;
  return h(
    "div",
    { key: name, class: "target-group", role: "group", "aria-label": name },
    h("h3", null, name, hint === null ? null : h("span", { class: "hint" }, ` · ${hint}`)),
    items.map(draw),
  );
}

/**
 * @param {State} state
 * @param {DeskAgent} agent
 * @param {TransferDraft} draft
 * @param {Actions} actions
 * @param {boolean} [chat]
 */
function agentOption(state, agent, draft, actions, chat = false) {
  const target = targetOf(agent);
  const why = (chat ? whyNoChat : whyNot)(agent);
  const teams = agent.teams.map((team) => teamName(state, team)).join(", ");
  return option(draft, actions, {
    key: `agent-${target.agent}`,
    target,
    off: !agent.available,
    children: [
      avatar(agent.name, "small"),
      h("span", { class: "grow stack" }, words(agent.name, teams)),
      h("span", { class: `state ${agent.available ? "free" : ""}` }, why ?? "Free"),
    ],
  });
}

/**
 * @param {State} state
 * @param {DeskTeam} team
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
function teamOption(state, team, draft, actions) {
  const free = team.available > 0;
  return option(draft, actions, {
    key: `team-${team.id}`,
    target: { team: team.id },
    off: false,
    children: [
      teamPicture("people"),
      h("span", { class: "grow stack" }, words(team.name, line(team))),
      h(
        "span",
        { class: `state ${free ? "free" : ""}` },
        free ? `${team.available} free` : nobodyFree(state, team),
      ),
    ],
  });
}

/**
 * What comes of calling a team of which nobody is free.
 *
 * @param {State} state
 * @param {DeskTeam} team
 */
function nobodyFree(state, { when_nobody }) {
  if (when_nobody === undefined) return "Nobody free";
  if (typeof when_nobody === "object") {
    return `Nobody free: ${teamName(state, when_nobody.fallback_team)} stands in`;
  }
  return `Nobody free: ${NOBODY_FREE[when_nobody]}`;
}

/**
 * @param {DeskTeam} team
 * @param {TransferDraft} draft
 * @param {Actions} actions
 */
function queueOption(team, draft, actions) {
  return option(draft, actions, {
    key: `queue-${team.id}`,
    target: { queue: team.id },
    off: false,
    children: [
      teamPicture("clock"),
      h("span", { class: "grow stack" }, words(`Queue of ${team.name}`, line(team))),
      team.delivery === "pull" ? h("span", { class: "state" }, "Agents fetch") : null,
    ],
  });
}

/**
 * How it stands in a team's queue, for whoever is to send somebody there.
 *
 * @param {DeskTeam} team
 */
export function line(team) {
  return `${team.waiting} waiting · ${estimate(team.estimated_wait_ms)}`;
}

/** @param {"people" | "clock"} picture */
function teamPicture(picture) {
  return h("span", { class: "avatar small team", "aria-hidden": "true" }, icon(picture));
}

/**
 * @param {string} strong
 * @param {string} soft
 */
export function words(strong, soft) {
  return [h("span", { class: "strong" }, strong), h("span", { class: "soft" }, soft)];
}

/**
 * @param {TransferDraft} draft
 * @param {Actions} actions
 * @param {{ key: string, target: Target, off: boolean, children: Child[] }} option
 */
function option(draft, actions, { key, target, off, children }) {
  const chosen = isChosen(draft, target);
  return h(
    "label",
    { key, class: `target ${off ? "dim" : ""}`, "data-testid": `target-${key}` },
    h("input", {
      type: "radio",
      name: "target",
      class: "visually-hidden",
      checked: chosen,
      disabled: off && !chosen,
      onchange: () => actions.dispatch({ type: "draft", change: { target, refused: null } }),
    }),
    children,
  );
}
