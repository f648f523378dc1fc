import { button } from "../../page/parts.js";
import { blockedBy } from "./call.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ActionName, ConversationView, Ongoing, PersonId } from "../../client/types.js" */
/** @import { ButtonOptions } from "../../page/parts.js" */

/**
 * @typedef {Omit<ButtonOptions, "blocked" | "pressed" | "busy">} Options
 * @typedef {"stage" | "row"} Place where the buttons are: keys serve the one call on the stage
 * @typedef {{ name: ActionName, whom?: PersonId, key?: string, options: Options }} Control
 */

/** How one may be there: of these one is pressed. @type {ReadonlySet<ActionName>} */
const MODES = new Set(/** @type {const} */ (["monitor", "coach", "barge"]));

/** What is no matter of the moment: not of these rights, or not of a chat. */
const NEVER = new Set(["not_permitted", "wrong_medium"]);

/**
 * What a supervisor may do about a conversation, from the board, while observing or from a seat
 * beside the agents. What the rights never allow is left out, what does not go at the moment says
 * why.
 *
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 * @param {Actions} actions
 * @param {Place} [place]
 */
export function supervisionButtons(state, one, actions, place = "row") {
  const controls = [...ways(state, one, actions), ...interventions(one, actions)];
  return controls.map((control) => controlButton(state, one, control, place));
}

/**
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 * @param {Control} control
 * @param {Place} place
 */
function controlButton(state, one, { name, whom, key, options }, place) {
  const action = one.actions.find((a) => a.action === name && a.participant === whom);
  if (action === undefined || NEVER.has(action.reason ?? "")) return null;
  const present = action.reason === "already_observing" || (name === "barge" && barged(one));
  const stage = place === "stage";
  return button({
    ...options,
    ...(stage && key !== undefined ? { shortcut: key } : {}),
    ...(stage && MODES.has(name) ? { pressed: present } : {}),
    blocked: blockedBy(state, one, name, whom),
    busy: state.pending.includes([name, one.id, whom].filter(Boolean).join(" ")),
  });
}

/**
 * The ways to be there.
 *
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 * @param {Actions} actions
 * @returns {Control[]}
 */
function ways(state, { id, medium, participants }, actions) {
  const agents = participants.filter(
    (seat) => seat.id.startsWith("agent:") && seat.id !== state.person?.id,
  );
  const unnoticed = medium === "chat" ? "read along unnoticed" : "hear everybody unnoticed";
  /** @type {Options} */
  const monitor = {
    testid: "monitor",
    label: "Monitor",
    describe: `Monitor: ${unnoticed}`,
    icon: "eye",
    act: () => actions.monitor(id),
  };
  /** @type {(agent: { id: PersonId, name: string }) => Options} */
  const coach = (agent) => ({
    testid: `coach-${agent.id}`,
    label: `Coach ${agent.name}`,
    describe: `Coach ${agent.name}: only ${agent.name} hears you`,
    icon: "whisper",
    act: () => actions.coach(id, agent.id),
  });
  /** @type {Options} */
  const barge = {
    testid: "barge",
    label: "Barge in",
    describe: "Barge in: talk with everybody",
    icon: "people",
    act: () => actions.barge(id),
  };
  return [
    { name: "monitor", key: "O", options: monitor },
    ...agents.map((agent) => {
      const name = /** @type {const} */ ("coach");
      return { name, whom: agent.id, key: "W", options: coach(agent) };
    }),
    { name: "barge", key: "J", options: barge },
  ];
}

/**
 * @param {ConversationView | Ongoing} one
 * @param {Actions} actions
 * @returns {Control[]}
 */
function interventions({ id, medium }, actions) {
  /** @type {Options} */
  const takeOver = {
    testid: "take-over",
    label: "Take over",
    describe: "Take over: take the place of whoever answers for it",
    icon: medium === "chat" ? "chat" : "phone",
    act: () => actions.takeOver(id),
  };
  /** @type {Options} */
  const onBehalf = {
    testid: "transfer-on-behalf",
    label: "Transfer…",
    describe: "Transfer in the name of the agent",
    icon: "transfer",
    act: () => actions.openOnBehalf(id),
  };
  /** @type {Options} */
  const stop = {
    testid: "stop-observing",
    label: "Stop",
    describe: "Stop observing",
    icon: "leave",
    act: () => actions.stopObserving(id),
  };
  /** @type {Options} */
  const end = {
    testid: "end-for-all",
    label: "End for all…",
    icon: "phoneDown",
    look: "danger",
    act: () => actions.askEndForAll(id),
  };
  return [
    { name: "take_over", options: takeOver },
    { name: "transfer_on_behalf", options: onBehalf },
    { name: "stop_observing", key: "Q", options: stop },
    { name: "end_for_all", options: end },
  ];
}

/**
 * Whether this agent sits in it as a supervisor, who may go back to listening.
 *
 * @param {ConversationView | Ongoing} one
 */
export function barged(one) {
  if (!("you" in one)) return false;
  return one.participants.some(({ id, role }) => id === one.you && role === "supervisor");
}

/**
 * Silences somebody by force, or lets them be heard again.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {{ id: string, name: string, muted: string | null }} one
 * @param {Actions} actions
 */
export function forceMuteButton(state, view, one, actions) {
  const forced = one.muted === "forced";
  const name = forced ? "force_unmute" : "force_mute";
  const action = view.actions.find((a) => a.action === name && a.participant === one.id);
  if (action === undefined || action.reason === "not_permitted") return null;
  if (one.id === view.you) return null;
  // Who takes the call itself does not supervise it, but can undo what it did before.
  const observes = (view.observers ?? []).some(({ id }) => id === view.you);
  if (!observes && !barged(view) && !forced) return null;
  return button({
    testid: `force-${forced ? "unmute" : "mute"}-${one.id}`,
    label: forced ? "Let talk" : "Silence",
    describe: forced ? `Let ${one.name} be heard again` : `Silence ${one.name} for everybody`,
    icon: forced ? "mic" : "micOff",
    blocked: blockedBy(state, view, name, one.id),
    busy: state.pending.includes(`force_mute ${view.id} ${one.id}`),
    act: () => actions.forceMute(view.id, one.id, !forced),
  });
}
