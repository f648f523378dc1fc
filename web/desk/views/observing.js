import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { clock } from "../../page/words.js";
import { nameOf, serverNow, teamName } from "../store.js";
import { blockedBy } from "./call.js";
import { hearingPicture } from "./hearing.js";
import { callHistory } from "./history.js";
import { offerCard, participantCard } from "./participants.js";
import { barged, supervisionButtons } from "./supervise.js";
import { observerChip, phaseSeen } from "./supervision.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Observer } from "../../client/types.js" */

/**
 * The conversation this agent observes: how, what one hears, and who is there.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function observingStage(state, view, actions) {
  const me = view.observers?.find(({ id }) => id === view.you);
  if (me === undefined) return null;
  return h(
    "article",
    {
      key: `observing ${view.id}`,
      class: "card call observing",
      "data-testid": "observing",
      "data-conversation": view.id,
      "data-mode": me.mode,
    },
    head(state, view, me),
    h(
      "p",
      { class: `mode ${me.mode}`, role: "status", "data-testid": "observing-how" },
      icon(me.mode === "coach" ? "whisper" : "eye"),
      h("span", null, how(state, me)),
    ),
    supervisionBar(state, view, actions),
    h(
      "ul",
      { class: "seats", "aria-label": "People in this call" },
      view.participants.map((one) => participantCard(state, view, one, actions)),
      view.offer ? offerCard(state, view, view.offer, actions) : null,
    ),
    hearingPicture(state, view),
    otherObservers(state, view, actions),
    callHistory(state, view),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Observer} me
 */
function head(state, view, me) {
  const customer = view.participants.find(({ role }) => role === "customer");
  return h(
    "div",
    { class: "call-head" },
    h(
      "div",
      null,
      h("p", { class: "eyebrow" }, title(state, me)),
      h(
        "h1",
        { tabindex: "-1", "data-focus": true, "data-testid": "call-name" },
        customer?.name ?? "Colleagues only",
      ),
      h(
        "p",
        { class: "soft" },
        h("span", null, teamName(state, view.team)),
        " · ",
        h("span", { "data-testid": "call-phase", "data-phase": view.phase }, phaseSeen(view)),
      ),
    ),
    h(
      "span",
      { class: "big-time", role: "timer", "aria-label": "Time in call", "data-testid": "elapsed" },
      clock(serverNow(state) - (view.answered_at_ms ?? view.started_at_ms)),
    ),
  );
}

/**
 * @param {State} state
 * @param {Observer} me
 */
function title(state, { mode, agent }) {
  if (mode === "coach") return `You coach ${agent === undefined ? "" : nameOf(state, agent)}`;
  return mode === "monitor" ? "You listen unnoticed" : "You listen to learn";
}

/**
 * @param {State} state
 * @param {Observer} me
 */
function how(state, { mode, agent, presence }) {
  if (presence === "reconnecting") return "Your sound is coming back: you hear nobody meanwhile.";
  const coached = agent === undefined ? "the agent" : nameOf(state, agent);
  return {
    monitor: "You hear everybody, on hold or not. Nobody hears you, nobody in it sees you.",
    coach: `You hear everybody. Only ${coached} hears you, and is told so.`,
    listener: "You hear everybody. Nobody hears you; the agents see that you are there.",
  }[mode];
}

/**
 * Changes between the ways to be there, any number of times.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function supervisionBar(state, view, actions) {
  return h(
    "div",
    { key: "supervise", class: "supervise", role: "toolbar", "aria-label": "Supervision controls" },
    supervisionButtons(state, view, actions, "stage"),
  );
}

/**
 * Who else hears the conversation without a seat; one who learns may be sent away.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function otherObservers(state, view, actions) {
  // Of a coach of one's own the banner tells.
  const others = (view.observers ?? []).filter(
    ({ id, agent }) => id !== view.you && agent !== view.you,
  );
  if (others.length === 0) return null;
  return h(
    "ul",
    { class: "observers", "aria-label": "Who listens", "data-testid": "observers" },
    others.map((one) => {
      const removable = view.actions.some(
        ({ action, participant }) => action === "remove" && participant === one.id,
      );
      return h(
        "li",
        { key: one.id },
        observerChip(state, one),
        removable
          ? button({
              testid: `remove-${one.id}`,
              label: "Send away",
              describe: `Send ${one.name} away`,
              look: "quiet",
              blocked: blockedBy(state, view, "remove", one.id),
              busy: state.pending.includes(`remove ${view.id} ${one.id}`),
              act: () => actions.remove(view.id, one.id),
            })
          : null,
      );
    }),
  );
}

/**
 * To a supervisor with a seat: how one is there, and the ways back to listening.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function bargedBar(state, view, actions) {
  if (!barged(view)) return null;
  return [
    h(
      "p",
      { key: "barged", class: "mode coach", "data-testid": "barged" },
      icon("people"),
      h("span", null, "You are in it as a supervisor: everybody hears you."),
    ),
    supervisionBar(state, view, actions),
  ];
}

/**
 * To the coached agent: whose voice that is, which nobody else hears.
 *
 * @param {ConversationView} view
 */
export function coachBanner(view) {
  const coaches = (view.observers ?? []).filter(({ agent }) => agent === view.you);
  if (coaches.length === 0) return null;
  const names = coaches.map(({ name }) => name).join(" and ");
  return h(
    "p",
    { key: "coached", class: "mode coach", role: "status", "data-testid": "coached" },
    icon("whisper"),
    h("span", null, h("strong", null, names), " coaches you: nobody else hears that voice."),
  );
}
