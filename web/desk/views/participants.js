import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { avatar, button, chip, countdown } from "../../page/parts.js";
import { nameOf, serverNow, targetName } from "../store.js";
import { blockedBy } from "./call.js";
import { forceMuteButton } from "./supervise.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView, Offer, Participant } from "../../client/types.js" */

/** @type {Readonly<Record<Participant["role"], string>>} */
const ROLES = { customer: "Customer", agent: "Colleague", supervisor: "Supervisor" };
/** The usual ring, only to draw how much of it is left. */
const RING_MS = 20_000;

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Participant} one
 * @param {Actions} actions
 */
export function participantCard(state, view, one, actions) {
  const self = one.id === view.you;
  const looks = [
    "seat",
    one.held === null ? "" : "held",
    one.presence === "reconnecting" ? "reconnecting" : "",
  ];
  return h(
    "li",
    {
      key: one.id,
      class: looks.filter(Boolean).join(" "),
      "data-testid": `participant-${one.id}`,
      "data-held": String(one.held !== null),
      "data-muted": one.muted ?? "no",
      "data-presence": one.presence,
    },
    avatar(one.name, one.role),
    h("span", { class: "seat-name" }, one.name),
    h("span", { class: "soft" }, self ? "You" : ROLES[one.role]),
    h("span", { class: "seat-facts" }, facts(state, view, one)),
    self ? null : seatButtons(state, view, one, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Participant} one
 */
function facts(state, view, one) {
  const by = one.held === null ? "" : one.held.by === view.you ? "you" : nameOf(state, one.held.by);
  return [
    one.presence === "reconnecting" ? chip("link", "Reconnecting…", "warn") : null,
    one.held === null ? null : chip("pause", `On hold by ${by}`, "hold"),
    one.muted === "self" ? chip("micOff", "Muted", "muted") : null,
    one.muted === "forced" ? chip("micOff", "Muted by a supervisor", "muted") : null,
    one.presence === "joined" && one.held === null && one.muted === null
      ? talking(view)
      : null,
  ];
}

/**
 * Who is seen alone by an observer waits for an agent.
 *
 * @param {ConversationView} view
 */
function talking({ participants }) {
  return participants.length > 1 ? chip("sound", "In the talk", "good") : chip("music", "Waits");
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Participant} one
 * @param {Actions} actions
 */
function seatButtons(state, view, one, actions) {
  const name = one.held === null ? "hold" : "resume";
  // Who observes holds and removes nobody: buttons that can never be pressed are only in the way.
  const has = (/** @type {string} */ action) =>
    view.actions.some((a) => a.action === action && a.participant === one.id);
  const customer = one.role === "customer";
  return h(
    "span",
    { class: "seat-buttons" },
    !has(name)
      ? null
      : button({
          testid: `${name}-${one.id}`,
          label: one.held === null ? "Hold" : "Resume",
          describe: `${one.held === null ? "Hold" : "Resume"} ${one.name}`,
          icon: one.held === null ? "pause" : "play",
          ...(customer ? { shortcut: "H" } : {}),
          blocked: blockedBy(state, view, name, one.id),
          busy: state.pending.includes(`${name} ${view.id} ${one.id}`),
          act: () =>
            one.held === null ? actions.hold(view.id, one.id) : actions.resume(view.id, one.id),
        }),
    // Nor is a customer ever removed.
    customer || !has("remove")
      ? null
      : button({
          testid: `remove-${one.id}`,
          label: "Remove",
          describe: `Remove ${one.name} from the call`,
          look: "quiet",
          blocked: blockedBy(state, view, "remove", one.id),
          busy: state.pending.includes(`remove ${view.id} ${one.id}`),
          act: () => actions.remove(view.id, one.id),
        }),
    forceMuteButton(state, view, one, actions),
  );
}

/**
 * The invitation that rings, on the seat it will fill.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Offer} offer
 * @param {Actions} actions
 */
export function offerCard(state, view, offer, actions) {
  const left = Math.max(0, (offer.expires_at_ms ?? 0) - serverNow(state));
  const target = `${"queue" in offer.target ? "Queue of " : ""}${targetName(state, offer.target)}`;
  const [first, ...more] = offer.candidates;
  const name = first === undefined || more.length > 0 ? target : first.name;
  const team = !("agent" in offer.target);
  const whom = name === target ? "You may leave at any time" : `for ${target}`;
  const listens = offer.origin === "listen";
  const seconds = String(Math.ceil(left / 1000));
  return h(
    "li",
    { key: offer.id, class: "seat offer", "data-testid": "offer", "data-state": offer.state },
    h("span", { class: "offer-picture" }, avatar(name, "agent"), h("span", { class: "pulse" })),
    h("span", { class: "seat-name", "data-testid": "offer-name" }, name),
    h("span", { class: "soft" }, listens ? "To listen" : team ? whom : "Colleague"),
    h("span", { class: "seat-facts" }, offerFact(offer)),
    offer.note ? h("span", { class: "note small" }, icon("transfer"), offer.note) : null,
    h(
      "span",
      { class: "seat-buttons" },
      offer.expires_at_ms === null ? null : countdown(left / RING_MS, seconds, "offer-seconds"),
      !view.actions.some(({ action }) => action === "cancel")
        ? null
        : button({
            testid: "cancel",
            label: "Cancel",
            describe: `Cancel the call to ${name}`,
            icon: "close",
            shortcut: "X",
            blocked: blockedBy(state, view, "cancel"),
            busy: state.pending.includes(`cancel ${view.id}`),
            act: () => actions.cancel(view.id),
          }),
    ),
  );
}

/** @param {Offer} offer */
function offerFact(offer) {
  if (offer.state === "joining") return chip("link", "Joining…");
  if (offer.candidates.length > 0) return chip("bell", "Ringing");
  return chip("clock", "queue" in offer.target ? "Waits in line" : "Waits for somebody free");
}
