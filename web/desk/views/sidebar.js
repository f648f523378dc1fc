import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { avatar, button } from "../../page/parts.js";
import { agentState, away } from "../../page/words.js";
import { teamName } from "../store.js";
/** @import { News, State, Tone } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { DeskAgent } from "../../client/types.js" */
/** @import { IconName } from "../../page/icons.js" */

/** @param {State} state */
export function sidebar(state) {
  return h("aside", { class: "sidebar" }, queues(state), colleagues(state), history(state));
}

/** @param {State} state */
function queues(state) {
  const mine = new Set(state.desk?.you.teams);
  return h(
    "section",
    { class: "card panel", "data-testid": "queues" },
    h("h2", null, "Queues"),
    h(
      "ul",
      { class: "rows" },
      (state.desk?.teams ?? []).map((team) =>
        h(
          "li",
          { key: team.id, class: "row-line", "data-testid": `team-${team.id}` },
          h(
            "span",
            { class: "grow" },
            h("span", { class: "strong" }, team.name),
            mine.has(team.id) ? h("span", { class: "tag" }, "yours") : null,
          ),
          count("people", team.available, "free", `team-${team.id}-available`),
          count("clock", team.waiting, "waiting", `team-${team.id}-waiting`, team.waiting > 0),
        ),
      ),
    ),
  );
}

/**
 * @param {IconName} picture
 * @param {number} value
 * @param {string} word
 * @param {string} testid
 * @param {boolean} [strong]
 */
function count(picture, value, word, testid, strong = false) {
  return h(
    "span",
    { class: `count ${strong ? "strong" : ""}`, "data-testid": testid, "data-value": value },
    icon(picture),
    `${value} ${word}`,
  );
}

/** @param {State} state */
function colleagues(state) {
  const agents = state.desk?.agents ?? [];
  return h(
    "section",
    { class: "card panel", "data-testid": "colleagues" },
    h("h2", null, "Colleagues"),
    agents.length === 0 ? h("p", { class: "soft" }, "Nobody else is here.") : null,
    h(
      "ul",
      { class: "rows" },
      agents.map((agent) =>
        h(
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
            h("span", { class: "soft" }, agent.teams.map((id) => teamName(state, id)).join(", ")),
          ),
          h("span", { class: `state ${agent.available ? "free" : ""}` }, doing(agent)),
        ),
      ),
    ),
  );
}

/** @param {DeskAgent} agent */
export function doing(agent) {
  if (agent.state === "idle" && agent.status === "away") return away("other");
  return agentState(agent.state);
}

/** @param {State} state */
function history(state) {
  if (state.history.length === 0) return null;
  return h(
    "section",
    { class: "card panel", "data-testid": "history" },
    h("h2", null, "What happened"),
    h(
      "ol",
      { class: "rows history", tabindex: 0, "aria-label": "What happened, newest first" },
      state.history.map((news) =>
        h(
          "li",
          { key: news.id, class: "row-line" },
          h("time", { class: "soft" }, timeOfDay(news.at)),
          h("span", { class: "grow" }, news.text),
        ),
      ),
    ),
  );
}

/** @param {number} at */
function timeOfDay(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** @type {Readonly<Record<Tone, IconName>>} */
const TONE_ICONS = { info: "bell", good: "check", warn: "warning" };

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function toasts(state, actions) {
  return h(
    "ul",
    { class: "toasts", "aria-live": "polite", "aria-label": "News", "data-testid": "toasts" },
    state.toasts.map((news) => toast(news, actions)),
  );
}

/**
 * @param {News} news
 * @param {Actions} actions
 */
function toast(news, actions) {
  return h(
    "li",
    { key: news.id, class: `toast ${news.tone}`, "data-testid": "toast" },
    icon(TONE_ICONS[news.tone]),
    h("span", { class: "grow" }, news.text),
    button({
      testid: "toast-dismiss",
      label: "",
      describe: "Dismiss",
      icon: "close",
      look: "quiet",
      act: () => actions.dispatch({ type: "dismiss", id: news.id }),
    }),
  );
}
