import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { clock, estimate } from "../../page/words.js";
import { serverNow } from "../store.js";
import { engaged, noMoreChats } from "./colleagues.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { DeskTeam, TeamChat } from "../../client/types.js" */
/** @import { IconName } from "../../page/icons.js" */

/**
 * Who waits in which queue and for how long, and the next one to be taken.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function queues(state, actions) {
  return h(
    "section",
    { class: "card panel", "data-testid": "queues", "aria-labelledby": "queues-head" },
    h("h2", { id: "queues-head" }, "Queues"),
    h(
      "ul",
      { class: "rows" },
      (state.desk?.teams ?? []).map((team) => row(state, team, actions)),
    ),
  );
}

/**
 * @param {State} state
 * @param {DeskTeam} team
 * @param {Actions} actions
 */
function row(state, team, actions) {
  const mine = state.desk?.you.teams.includes(team.id) ?? false;
  const pull = team.delivery === "pull";
  return h(
    "li",
    { key: team.id, class: "row-line queue", "data-testid": `team-${team.id}` },
    h(
      "span",
      { class: "grow stack" },
      h(
        "span",
        { class: "queue-head" },
        h("span", { class: "strong" }, team.name),
        mine ? h("span", { class: "tag" }, "yours") : null,
        pull ? h("span", { class: "tag quiet" }, "rings nobody") : null,
      ),
      h("span", { class: "counts" }, counts(state, team)),
      team.chat === undefined
        ? null
        : h("span", { class: "counts" }, chatCounts(state, team.id, team.chat)),
    ),
    mine ? h("span", { class: "queue-buttons" }, takeButtons(state, team, actions)) : null,
  );
}

/**
 * @param {State} state
 * @param {DeskTeam} team
 * @param {Actions} actions
 */
function takeButtons(state, team, actions) {
  const pull = team.delivery === "pull";
  return [
    button({
      testid: `take-next-${team.id}`,
      label: "Take next",
      describe: `Take next from ${team.name}`,
      look: pull && team.waiting > 0 ? "primary" : "plain",
      blocked: takeBlocked(state, [team]),
      busy: state.pending.includes(`get_next ${team.id}`),
      act: () => actions.takeNext(team.id),
    }),
    (team.chat?.waiting ?? 0) > 0 ? takeChat(state, team, actions) : null,
  ];
}

/**
 * @param {State} state
 * @param {DeskTeam} team
 * @param {Actions} actions
 */
function takeChat(state, { id, name }, actions) {
  const away = state.desk?.you.chat?.status === "away";
  return button({
    testid: `take-next-chat-${id}`,
    label: "Take chat",
    describe: `Take the next chat from ${name}`,
    icon: "chat",
    look: "primary",
    blocked: noMoreChats(state) ?? (away ? "You are away: say first that you are ready" : null),
    busy: state.pending.includes(`get_next_chat ${id}`),
    act: () => actions.takeNextChat(id),
  });
}

/**
 * @param {State} state
 * @param {string} id
 * @param {TeamChat} chat
 */
function chatCounts(state, id, { available, waiting, waiting_since_ms: since }) {
  const many = `${waiting} ${waiting === 1 ? "chat" : "chats"} waiting`;
  return [
    count("chat", available, `${available} for chats`, `team-${id}-chat-available`),
    count("clock", waiting, many, `team-${id}-chat-waiting`, waiting > 0),
    since === null || since === undefined
      ? null
      : count(
          "bell",
          since,
          `longest ${clock(serverNow(state) - since)}`,
          `team-${id}-chat-longest`,
        ),
  ];
}

/**
 * @param {State} state
 * @param {DeskTeam} team
 */
function counts(state, team) {
  const { id, available, waiting, waiting_since_ms: since, estimated_wait_ms: ms } = team;
  const some = waiting > 0;
  return [
    count("people", available, `${available} free`, `team-${id}-available`),
    count("clock", waiting, `${waiting} waiting`, `team-${id}-waiting`, some),
    since === null || since === undefined
      ? null
      : count("bell", since, `longest ${clock(serverNow(state) - since)}`, `team-${id}-longest`),
    some || (ms ?? 0) > 0 ? count("retry", ms, estimate(ms), `team-${id}-estimate`) : null,
  ];
}

/**
 * @param {IconName} picture
 * @param {number | null | undefined} value
 * @param {string} text
 * @param {string} testid
 * @param {boolean} [strong]
 */
function count(picture, value, text, testid, strong = false) {
  return h(
    "span",
    {
      key: testid,
      class: `count ${strong ? "strong" : ""}`,
      "data-testid": testid,
      "data-value": value,
    },
    icon(picture),
    text,
  );
}

/**
 * Why nobody can be taken from these teams' queues, null if somebody can.
 *
 * @param {State} state
 * @param {readonly DeskTeam[]} teams
 */
function takeBlocked(state, teams) {
  const why = engaged(state);
  if (why !== null) return why;
  if (state.desk?.you.status === "away") return "You are away: say first that you are ready";
  return teams.some(({ waiting }) => waiting > 0) ? null : "Nobody is waiting";
}

/**
 * The teams whose calls this agent takes.
 *
 * @param {State} state
 */
function ownTeams({ desk }) {
  return (desk?.teams ?? []).filter(({ id }) => desk?.you.teams.includes(id));
}

/**
 * Whether any calls ring here, or all are taken.
 *
 * @param {State} state
 */
export function isRung(state) {
  return ownTeams(state).some(({ delivery }) => delivery !== "pull");
}

/**
 * How many wait whom this agent may take.
 *
 * @param {State} state
 */
export function waitingHere(state) {
  return ownTeams(state).reduce((sum, { waiting }) => sum + waiting, 0);
}

/**
 * How many chats wait that this agent may take.
 *
 * @param {State} state
 */
export function chatsWaitingHere(state) {
  return ownTeams(state).reduce((sum, { chat }) => sum + (chat?.waiting ?? 0), 0);
}

/**
 * For who is in a team that rings nobody: taking the next is all its work begins with.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function takeNextCall(state, actions) {
  const pulls = ownTeams(state).filter(({ delivery }) => delivery === "pull");
  const [only, ...more] = pulls;
  if (only === undefined) return null;
  const one = more.length === 0 ? only.id : undefined;
  const names = pulls.map(({ name }) => name).join(" and ");
  return h(
    "div",
    { key: "take-next", class: "stack centre" },
    h("p", { class: "soft" }, `Calls of ${names} do not ring: take the next one yourself.`),
    button({
      testid: "take-next",
      label: "Take next",
      icon: "phone",
      look: "primary",
      shortcut: "N",
      blocked: takeBlocked(state, pulls),
      busy: state.pending.includes(`get_next ${one ?? ""}`),
      act: () => actions.takeNext(one),
    }),
  );
}

/**
 * The key for it: the first of all who wait in this agent's queues.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function takeAnyNext(state, actions) {
  if (takeBlocked(state, ownTeams(state)) === null) actions.takeNext();
}
