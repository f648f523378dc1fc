/** @import { ConversationView, PersonId, Target } from "../client/types.js" */
/** @import { Names } from "../page/notices.js" */
/** @import { State } from "./state.js" */

/** What the views ask of the state: who is who, and which conversation is where. */

/**
 * @param {State} state
 * @param {PersonId} id
 */
export function nameOf(state, id) {
  return state.names[id] ?? id.slice(id.indexOf(":") + 1);
}

/**
 * @param {State} state
 * @param {Target} target
 */
export function targetName(state, target) {
  if ("agent" in target) return nameOf(state, `agent:${target.agent}`);
  return teamName(state, "team" in target ? target.team : target.queue);
}

/**
 * @param {State} state
 * @param {string | null} team null of an internal call
 */
export function teamName(state, team) {
  if (team === null) return "Between colleagues";
  const known = [...(state.desk?.teams ?? []), ...(state.demo?.teams ?? [])];
  return known.find(({ id }) => id === team)?.name ?? team;
}

/**
 * Whom a call is with.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function callName(state, view) {
  const customer = view.participants.find(({ role }) => role === "customer");
  if (customer !== undefined || !view.internal) return customer?.name ?? "Colleagues only";
  const colleague = view.participants.find(({ id }) => id !== view.you);
  if (colleague !== undefined) return colleague.name;
  return view.offer ? targetName(state, view.offer.target) : "A colleague";
}

/**
 * What news call those whom they are about.
 *
 * @param {State} state
 * @returns {Names}
 */
export function namesOf(state) {
  return {
    person: (id) => nameOf(state, id),
    target: (target) => targetName(state, target),
    self: state.person?.id,
  };
}

/**
 * The same of news of one conversation.
 *
 * @param {State} state
 * @param {ConversationView | undefined} about
 * @returns {Names}
 */
export function namesAbout(state, about) {
  if (about === undefined) return namesOf(state);
  const customer = about.participants.find(({ role }) => role === "customer")?.name;
  const ringsHere = offeredHere(about);
  return { ...namesOf(state), ringsHere, ...(customer === undefined ? {} : { customer }) };
}

/**
 * The calls among the conversations: of those there is one at a time.
 *
 * @param {State} state
 */
function voice(state) {
  return Object.values(state.calls).filter(({ medium, ended }) => medium !== "chat" && !ended);
}

/** @param {ConversationView} view */
export function seatedIn(view) {
  return view.participants.some(({ id }) => id === view.you);
}

/** @param {ConversationView} view */
export function offeredHere(view) {
  return (view.offer?.candidates ?? []).some(({ id }) => id === view.you);
}

/** @param {ConversationView} view */
export function observing(view) {
  return (view.observers ?? []).find(({ id }) => id === view.you);
}

/**
 * The call this agent sits in.
 *
 * @param {State} state
 */
export function seatedCall(state) {
  return voice(state).find(seatedIn);
}

/**
 * The call this agent hears without a seat.
 *
 * @param {State} state
 */
export function observedCall(state) {
  return voice(state).find((view) => observing(view) !== undefined);
}

/**
 * Whether a wrap-up runs, whatever this agent does meanwhile.
 *
 * @param {State} state
 */
export function wrapsUp({ desk }) {
  return desk !== null && (desk.you.wrap_up_until_ms ?? null) !== null;
}

/**
 * The call that rings here.
 *
 * @param {State} state
 */
export function incomingCall(state) {
  return voice(state).find(offeredHere);
}

/**
 * The server's clock, for counting down to its deadlines.
 *
 * @param {State} state
 */
export function serverNow(state) {
  return state.now + (state.ahead ?? 0);
}
