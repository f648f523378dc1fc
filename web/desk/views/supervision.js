import { h } from "../../page/dom.js";
import { button, chip } from "../../page/parts.js";
import { clock, phaseText } from "../../page/words.js";
import { observedCall, supervises } from "../board.js";
import { nameOf, seatedCall, serverNow, teamName } from "../store.js";
import { blockedBy } from "./call.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ActionName, ConversationView, Observer, Ongoing } from "../../client/types.js" */
/** @import { VNode } from "../../page/dom.js" */
/** @import { ButtonOptions } from "../../page/parts.js" */

/**
 * Opens and closes the board, for those who may listen to anything.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function boardButton(state, actions) {
  if (!supervises(state)) return null;
  const { open } = state.board;
  return button({
    testid: "board-open",
    label: "Supervision",
    icon: "eye",
    shortcut: "B",
    pressed: open,
    act: () => actions.openBoard(!open),
  });
}

/**
 * All conversations this agent may listen to, with what it may do about each.
 *
 * @param {State} state
 * @param {Actions} actions
 * @param {boolean} [alone] whether it has the stage for itself
 */
export function board(state, actions, alone = false) {
  const { open, ongoing, more } = state.board;
  if (!open) return null;
  return h(
    "section",
    { key: "board", class: "card board", "data-testid": "board", "aria-label": "Supervision" },
    h(
      "div",
      { class: "board-head" },
      h(alone ? "h1" : "h2", { tabindex: "-1", "data-focus": true }, "Ongoing conversations"),
      h("span", { class: "soft", "data-testid": "board-count" }, counted(ongoing, more)),
      button({
        testid: "board-close",
        label: "",
        describe: "Close supervision",
        icon: "close",
        look: "quiet",
        act: () => actions.openBoard(false),
      }),
    ),
    h(
      "ul",
      { class: "board-rows" },
      (ongoing ?? []).map((one) => row(state, one, actions)),
    ),
    more
      ? button({ testid: "board-more", label: "Show more", act: () => actions.moreOnBoard() })
      : null,
  );
}

/**
 * @param {readonly Ongoing[] | null} ongoing
 * @param {boolean} more
 */
function counted(ongoing, more) {
  if (ongoing === null) return "Looking…";
  if (ongoing.length === 0) return "Nobody is calling at the moment.";
  return more ? `The oldest ${ongoing.length}` : String(ongoing.length);
}

/**
 * @param {State} state
 * @param {Ongoing} one
 * @param {Actions} actions
 */
function row(state, one, actions) {
  const here = (observedCall(state) ?? seatedCall(state))?.id === one.id;
  const people = seatedPeople(one).join(", ");
  return h(
    "li",
    {
      key: one.id,
      class: `board-row ${here ? "here" : ""}`,
      "data-testid": `board-row-${one.id}`,
      "data-phase": one.phase,
    },
    h(
      "div",
      { class: "board-facts" },
      h("span", { class: "strong board-people", "data-testid": "board-people" }, people),
      h(
        "span",
        { class: "soft" },
        `${teamName(state, one.team)} · ${phaseSeen(one)} · ${answerable(state, one)}`,
      ),
    ),
    h(
      "span",
      { class: "board-time", title: "Since the customer called" },
      clock(serverNow(state) - one.started_at_ms),
    ),
    h(
      "div",
      { class: "chips" },
      one.observers.map((observer) => observerChip(state, observer)),
    ),
    here
      ? h("p", { class: "soft board-here" }, "You are in it: your controls are on the stage.")
      : h(
          "div",
          { class: "board-buttons", role: "group", "aria-label": `Supervise ${people}` },
          supervisionButtons(state, one, actions),
        ),
  );
}

/**
 * The customer first.
 *
 * @param {ConversationView | Ongoing} one
 */
export function seatedPeople({ participants }) {
  const rank = (/** @type {{ id: string }} */ { id }) => Number(!id.startsWith("customer:"));
  return participants.toSorted((a, b) => rank(a) - rank(b)).map(({ name }) => name);
}

/**
 * @param {State} state
 * @param {Ongoing} one
 */
function answerable(state, { owner }) {
  if ("agent" in owner) return `${nameOf(state, `agent:${owner.agent}`)} answers for it`;
  return `in the queue of ${teamName(state, owner.queue)}`;
}

/**
 * The phase as one says it who is not meant by it.
 *
 * @param {ConversationView | Ongoing} one
 */
export function phaseSeen(one) {
  return one.phase === "recall" ? "Coming back to the agent" : phaseText(one);
}

/**
 * How somebody observes, in words.
 *
 * @param {State} state
 * @param {Observer} one
 */
export function observerChip(state, one) {
  const coached = one.agent === undefined ? "" : nameOf(state, one.agent);
  const how = {
    monitor: "listens unnoticed",
    coach: `coaches ${coached}`,
    listener: "listens to learn",
  }[one.mode];
  const away = one.presence === "reconnecting" ? ", reconnecting…" : "";
  const who = one.id === state.person?.id ? "You: " : `${one.name} `;
  return h(
    "span",
    {
      key: one.id,
      "data-testid": `observer-${one.id}`,
      "data-mode": one.mode,
      "data-agent": one.agent,
      "data-presence": one.presence,
    },
    chip(one.mode === "coach" ? "whisper" : "eye", `${who}${how}${away}`, "observer"),
  );
}

/**
 * What a supervisor may do about a conversation, from the board, while observing or from a seat
 * beside the agents. What the rights never allow is left out, what does not go at the moment says
 * why.
 *
 * @param {State} state
 * @param {ConversationView | Ongoing} one
 * @param {Actions} actions
 * @param {"stage" | "row"} [place]
 */
export function supervisionButtons(state, one, actions, place = "row") {
  /** @type {(name: ActionName, options: Offered, participant?: string) => VNode | null} */
  const offer = (name, { busy = name, ...options }, participant) => {
    const action = one.actions.find((a) => a.action === name && a.participant === participant);
    if (action === undefined || action.reason === "not_permitted") return null;
    const present = action.reason === "already_observing" || (name === "barge" && barged(one));
    return button({
      ...options,
      ...(place === "stage" && MODES.has(name) ? { pressed: present } : {}),
      blocked: blockedBy(state, one, name, participant),
      busy: state.pending.includes([busy, one.id, participant].filter(Boolean).join(" ")),
    });
  };
  const agents = one.participants.filter(
    (seat) => seat.id.startsWith("agent:") && seat.id !== state.person?.id,
  );
  const { id } = one;
  return [
    offer("monitor", {
      testid: "monitor",
      label: "Monitor",
      describe: "Monitor: hear everybody unnoticed",
      icon: "eye",
      act: () => actions.monitor(id),
      ...shortcut(place, "O"),
    }),
    agents.map((agent) =>
      offer(
        "coach",
        {
          testid: `coach-${agent.id}`,
          label: `Coach ${agent.name}`,
          describe: `Coach ${agent.name}: only ${agent.name} hears you`,
          icon: "whisper",
          act: () => actions.coach(id, agent.id),
          ...shortcut(place, "W"),
        },
        agent.id,
      ),
    ),
    offer("barge", {
      testid: "barge",
      label: "Barge in",
      describe: "Barge in: talk with everybody",
      icon: "people",
      act: () => actions.barge(id),
      ...shortcut(place, "J"),
    }),
    offer("take_over", {
      testid: "take-over",
      label: "Take over",
      describe: "Take over: take the place of whoever answers for it",
      icon: "phone",
      act: () => actions.takeOver(id),
    }),
    offer("transfer_on_behalf", {
      testid: "transfer-on-behalf",
      label: "Transfer…",
      describe: "Transfer in the name of the agent",
      icon: "transfer",
      act: () => actions.openOnBehalf(id),
    }),
    offer("stop_observing", {
      testid: "stop-observing",
      label: "Stop",
      describe: "Stop observing",
      icon: "leave",
      act: () => actions.stopObserving(id),
      ...shortcut(place, "Q"),
    }),
    offer("end_for_all", {
      testid: "end-for-all",
      label: "End for all…",
      icon: "phoneDown",
      look: "danger",
      act: () => actions.askEndForAll(id),
    }),
  ];
}

/** @typedef {Omit<ButtonOptions, "blocked" | "pressed" | "busy"> & { busy?: string }} Offered */

/** How one may be there: of these one is pressed. @type {ReadonlySet<ActionName>} */
const MODES = new Set(/** @type {const} */ (["monitor", "coach", "barge"]));

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
 * Keys serve the one conversation on the stage.
 *
 * @param {"stage" | "row"} place
 * @param {string} key
 */
function shortcut(place, key) {
  return place === "stage" ? { shortcut: key } : {};
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
