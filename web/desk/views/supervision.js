import { h } from "../../page/dom.js";
import { button, chip } from "../../page/parts.js";
import { clock, phaseText } from "../../page/words.js";
import { supervises } from "../board.js";
import { chatPhase } from "../chat-words.js";
import { nameOf, observing, seatedIn, serverNow, teamName } from "../store.js";
import { supervisionButtons } from "./supervise.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Observer, Ongoing } from "../../client/types.js" */

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
  if (ongoing.length === 0) return "Nobody is calling or writing at the moment.";
  return more ? `The oldest ${ongoing.length}` : String(ongoing.length);
}

/**
 * @param {State} state
 * @param {Ongoing} one
 * @param {Actions} actions
 */
function row(state, one, actions) {
  const own = state.calls[one.id];
  const here = own !== undefined && (seatedIn(own) || observing(own) !== undefined);
  const people = seatedPeople(one).join(", ");
  return h(
    "li",
    {
      key: one.id,
      class: `board-row ${here ? "here" : ""}`,
      "data-testid": `board-row-${one.id}`,
      "data-phase": one.phase,
      "data-medium": one.medium ?? "voice",
    },
    h(
      "div",
      { class: "board-facts" },
      h("span", { class: "strong board-people", "data-testid": "board-people" }, people),
      h(
        "span",
        { class: "soft" },
        facts(state, one),
      ),
    ),
    h(
      "span",
      { class: "board-time", title: "Since it began" },
      clock(serverNow(state) - one.started_at_ms),
    ),
    h(
      "div",
      { class: "chips" },
      one.observers.map((observer) => observerChip(state, observer, one.medium === "chat")),
    ),
    here
      ? hereLine(one, state, actions)
      : h(
          "div",
          { class: "board-buttons", role: "group", "aria-label": `Supervise ${people}` },
          supervisionButtons(state, one, actions),
        ),
  );
}

/**
 * @param {State} state
 * @param {Ongoing} one
 */
function facts(state, one) {
  const medium = one.medium === "chat" ? ["Chat"] : [];
  const all = [...medium, teamName(state, one.team), phaseSeen(one), answerable(state, one)];
  // An answered chat has no other name for how it stands.
  return [...new Set(all)].join(" · ");
}

/**
 * @param {Ongoing} one
 * @param {State} state
 * @param {Actions} actions
 */
function hereLine({ id }, state, actions) {
  if (state.selected === id) {
    return h("p", { class: "soft board-here" }, "You are in it: your controls are on the stage.");
  }
  return h(
    "div",
    { class: "board-here" },
    h("span", { class: "soft" }, "You are in it."),
    button({
      testid: `show-${id}`,
      label: "Show",
      describe: "Show it on the stage",
      act: () => actions.select(id),
    }),
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
  if (one.phase === "recall") return "Coming back to the agent";
  return one.medium === "chat" ? chatPhase(one) : phaseText(one);
}

/**
 * How somebody observes, in words.
 *
 * @param {State} state
 * @param {Observer} one
 * @param {boolean} [chat]
 */
export function observerChip(state, one, chat = false) {
  const coached = one.agent === undefined ? "" : nameOf(state, one.agent);
  const how = {
    monitor: chat ? "reads along unnoticed" : "listens unnoticed",
    coach: `coaches ${coached}`,
    listener: chat ? "listens" : "listens to learn",
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
