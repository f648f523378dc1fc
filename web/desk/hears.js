/** @import { ConversationView, Observer, Participant, PersonId } from "../client/types.js" */

/**
 * Whom somebody hears: known for oneself, derived for the others from what the view shows of them.
 *
 * @typedef {{ hears: readonly PersonId[], clip: "music" | "ringback" | null }} Heard
 * @param {ConversationView} view
 * @param {PersonId} listener
 * @returns {Heard}
 */
export function heardBy(view, listener) {
  if (listener === view.you) {
    const { source, talkers } = view.hearing;
    const clip = source === "music" || source === "ringback" ? source : null;
    return { hears: talkers ?? [], clip };
  }
  const observer = (view.observers ?? []).find(({ id }) => id === listener);
  if (observer !== undefined) return observerHears(view, observer);
  const self = view.participants.find(({ id }) => id === listener);
  if (self === undefined || self.presence !== "joined") return { hears: [], clip: null };
  if (self.held !== null) return { hears: [], clip: "music" };
  const others = view.participants.filter((one) => one.id !== listener && isConnected(one));
  // A customer with nobody is played music.
  if (self.role === "customer" && others.length === 0) return { hears: [], clip: "music" };
  const hears = others.filter(({ muted }) => muted === null).map(({ id }) => id);
  return { hears: [...hears, ...coachesOf(view, listener)], clip: null };
}

/** @param {Participant} one */
function isConnected({ presence, held }) {
  return presence === "joined" && held === null;
}

/**
 * Who observes hears whoever speaks, on hold or not.
 *
 * @param {ConversationView} view
 * @param {Observer} observer
 * @returns {Heard}
 */
function observerHears(view, { presence }) {
  if (presence !== "joined") return { hears: [], clip: null };
  const talkers = view.participants.filter((one) => one.presence === "joined" && !one.muted);
  return { hears: talkers.map(({ id }) => id), clip: null };
}

/**
 * @param {ConversationView} view
 * @param {PersonId} listener
 */
function coachesOf(view, listener) {
  const coaches = (view.observers ?? []).filter(({ agent }) => agent === listener);
  return coaches.filter(({ presence }) => presence === "joined").map(({ id }) => id);
}
