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
    agent.chat === undefined
      ? null
      : button({
          testid: `chat-${agent.id}`,
          label: "",
          describe: `Chat with ${agent.name}`,
          icon: "chat",
          look: "quiet",
          blocked: chatBlocked(state, agent),
          busy: state.pending.includes(`chat_agent ${id}`),
          act: () => actions.chatWith(id),
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
 * A colleague as it can be reached by chat.
 *
 * @param {DeskAgent} agent
 * @returns {DeskAgent}
 */
export function inChat(agent) {
  const { chat } = agent;
  if (chat === undefined) return agent;
  const { status, available, unavailable_reason = null } = chat;
  return { ...agent, status, available, unavailable_reason };
}

/**
 * Why no chat can be offered to a colleague, null if one can.
 *
 * @param {DeskAgent} agent
 */
export function whyNoChat(agent) {
  const { available, unavailable_reason: code } = inChat(agent);
  if (available) return null;
  const { chat } = agent;
  // At its capacity, whatever the last place was taken by.
  const full = code === "talking" || code === "observing" || code === "ringing";
  return full ? `In ${chat?.engaged} of ${chat?.capacity} chats` : whyNot(inChat(agent));
}

/**
 * @param {State} state
 * @param {DeskAgent} agent
 */
function chatBlocked(state, agent) {
  const why = whyNoChat(agent);
  return noMoreChats(state) ?? (why === null ? null : `${agent.name}: ${why}`);
}

/**
 * Why this agent cannot begin or take one more chat, null if it can.
 *
 * @param {State} state
 */
export function noMoreChats(state) {
  const you = state.desk?.you;
  if (you === undefined || state.connection !== "live") return refusal("not_connected");
  if (you.state === "offline") return refusal("not_signed_in");
  if (you.leg !== "up") return refusal("no_leg");
  const { engaged: now = 0, capacity = 0 } = you.chat ?? {};
  return now < capacity ? null : `You are in ${now} chats, as many as you can have`;
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
