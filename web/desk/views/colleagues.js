import { h } from "../../page/dom.js";
import { avatar, button } from "../../page/parts.js";
import { agentState, away, refusal } from "../../page/words.js";
import { teamName } from "../store.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { DeskAgent } from "../../client/types.js" */

/**
 * Who else is here, and a call from one desk to another.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function colleagues(state, actions) {
  const agents = state.desk?.agents ?? [];
  return h(
    "section",
    { class: "card panel", "data-testid": "colleagues", "aria-labelledby": "colleagues-head" },
    h("h2", { id: "colleagues-head" }, "Colleagues"),
    agents.length === 0 ? h("p", { class: "soft" }, "Nobody else is here.") : null,
    h(
      "ul",
      { class: "rows" },
      agents.map((agent) => row(state, agent, actions)),
    ),
  );
}

/**
 * @param {State} state
 * @param {DeskAgent} agent
 * @param {Actions} actions
 */
function row(state, agent, actions) {
  const id = agent.id.slice("agent:".length);
  return h(
    "li",
    {
      key: agent.id,
      class: `row-line ${agent.available ? "" : "dim"}`,
      "data-testid": `colleague-${agent.id}`,
      "data-state": agent.state,
    },
    avatar(agent.name, "small"),
    h(
      "span",
      { class: "grow stack" },
      h("span", { class: "strong" }, agent.name),
      h("span", { class: "soft" }, agent.teams.map((team) => teamName(state, team)).join(", ")),
    ),
    h("span", { class: `state ${agent.available ? "free" : ""}` }, doing(agent)),
    button({
      testid: `call-${agent.id}`,
      label: "",
      describe: `Call ${agent.name}`,
      icon: "phone",
      look: "quiet",
      blocked: callBlocked(state, agent),
      busy: state.pending.includes(`call_agent ${id}`),
      act: () => actions.callAgent(id),
    }),
  );
}

/** @param {DeskAgent} agent */
export function doing(agent) {
  if (agent.state === "idle" && agent.status === "away") return away("other");
  return agentState(agent.state);
}

/**
 * Why a colleague cannot be called, null if it can.
 *
 * @param {DeskAgent} agent
 */
export function whyNot(agent) {
  if (agent.available) return null;
  const { unavailable_reason: code } = agent;
  return code === null || code === undefined ? doing(agent) : refusal(code, doing(agent));
}

/**
 * Why this agent cannot begin a call, whatever call it is; null if it can.
 *
 * @param {State} state
 */
export function engaged(state) {
  const you = state.desk?.you;
  if (you === undefined || state.connection !== "live") return refusal("not_connected");
  switch (you.state) {
    case "talking":
      return "You are in a call";
    case "observing":
      return "You are listening to a call";
    case "ringing":
      return "A call rings here";
    case "offline":
      return refusal("not_signed_in");
    case "idle":
    case "wrap_up":
      return you.leg === "up" ? null : refusal("no_leg");
  }
}

/**
 * @param {State} state
 * @param {DeskAgent} agent
 */
function callBlocked(state, agent) {
  const why = whyNot(agent);
  return engaged(state) ?? (why === null ? null : `${agent.name}: ${why}`);
}
