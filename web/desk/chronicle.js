import { noticeText } from "../page/notices.js";
import { ending } from "../page/words.js";
import { chatEnding, chatNotice, chatOffer } from "./chat-words.js";
/** @import { ConversationId, ConversationView, Medium, Notice } from "../client/types.js" */
/** @import { Observer, Offer, Participant } from "../client/types.js" */
/** @import { Names } from "../page/notices.js" */

/**
 * What happened in each conversation, as this desk saw it: told by how its views change, and by
 * the notices where a view does not say why.
 */

/** A long call with many transfers has some dozens of events; the oldest of more are let go. */
const ENTRIES = 80;
/** A conversation may come back after a transfer or from the queue: the latest are remembered. */
const CONVERSATIONS = 20;
/** View and notice of the same event come one right after the other. */
const SAME_MS = 3_000;

/**
 * @typedef {object} Entry
 * @property {number} id
 * @property {string} what names the event, so that it stands here once
 * @property {number} at by the server's clock
 * @property {string} text
 *
 * @typedef {{ what: string, at: number, text: string, why?: boolean }} Fact with `why` when it
 *   comes from a notice, which knows more
 * @typedef {Readonly<Record<ConversationId, readonly Entry[]>>} Chronicles
 */

/**
 * @param {Chronicles} chronicles
 * @param {ConversationId} conversation
 * @param {readonly Fact[]} facts
 * @returns {Chronicles}
 */
export function remember(chronicles, conversation, facts) {
  if (facts.length === 0) return chronicles;
  const { [conversation]: before = [], ...others } = chronicles;
  // A call that comes back begins with what is long known, and a view may be older than a notice.
  const entries = facts.reduce(add, before).toSorted((a, b) => a.at - b.at).slice(-ENTRIES);
  const kept = Object.entries(others).slice(1 - CONVERSATIONS);
  return { ...Object.fromEntries(kept), [conversation]: entries };
}

/**
 * The histories of calls of which only the first view is known.
 *
 * @param {readonly ConversationView[]} views
 * @param {Names} names
 */
export function begun(views, names) {
  return views.reduce(
    (all, view) => remember(all, view.id, factsOfView(undefined, view, names)),
    /** @type {Chronicles} */ ({}),
  );
}

/**
 * @param {readonly Entry[]} entries
 * @param {Fact} fact
 * @returns {readonly Entry[]}
 */
function add(entries, { what, at, text, why = false }) {
  const same = entries.find((one) => one.what === what && Math.abs(one.at - at) < SAME_MS);
  if (same === undefined) {
    const id = 1 + Math.max(0, ...entries.map((one) => one.id));
    return [...entries, { id, what, at, text }];
  }
  return why ? entries.map((one) => (one === same ? { ...one, text } : one)) : entries;
}

/** The notices that say what no change of a view does. @type {ReadonlySet<Notice["kind"]>} */
const TELLING = new Set(
  /** @type {const} */ ([
    "candidate_failed",
    "offer_ended",
    "customer_left",
    "participant_left",
    "handed_over",
    "recalled",
    "call_declined",
    "call_not_answered",
    "removed",
    "observing_ended",
    "taken_over",
    "transferred_on_behalf",
  ]),
);

/**
 * @param {Notice} notice
 * @param {number} at
 * @param {Names} names
 * @param {Medium} [medium]
 * @returns {Fact[]}
 */
export function factsOfNotice(notice, at, names, medium = "voice") {
  if (!TELLING.has(notice.kind)) return [];
  const text = (medium === "chat" ? chatNotice : noticeText)(notice, names);
  // Whoever left without losing the connection is told by the view as plainly.
  if (notice.kind === "participant_left" && notice.reason === "left") return [];
  return [{ what: whatOf(notice), at, text, why: true }];
}

/** @param {Notice} notice */
function whatOf({ kind, participant, offer, candidate }) {
  if (kind === "customer_left") return "left customer";
  if (kind === "participant_left") return `left ${participant}`;
  return `${kind} ${offer} ${candidate}`;
}

/**
 * @param {ConversationView | undefined} before
 * @param {ConversationView} after
 * @param {Names} names
 * @returns {Fact[]}
 */
export function factsOfView(before, after, names) {
  const facts = before === undefined ? beginning(after, names) : seats(before, after, names);
  facts.push(...offers(before, after, names), ...observers(before, after, names));
  facts.push(...offeredCall(before, after, names));
  const { ended } = after;
  if (after.medium === "chat") facts.push(...stays(after, names));
  if (ended && !before?.ended) {
    const how = after.medium === "chat" ? chatEnding : ending;
    facts.push({ what: "ended", at: ended.at_ms, text: `${how(ended.reason)}.` });
  }
  return facts.toSorted((a, b) => a.at - b.at);
}

/**
 * @param {ConversationView} view
 * @param {Names} names
 */
function beginning(view, names) {
  const customer = view.participants.find(({ role }) => role === "customer");
  const team = view.team === null ? null : names.target({ team: view.team });
  const who = customer?.name ?? "The customer";
  const chat = view.medium === "chat";
  const began = chat ? "The chat began." : "The call began.";
  const text = team === null ? began : `${who} ${chat ? "began a chat with" : "called"} ${team}.`;
  /** @type {Fact[]} */
  const facts = [{ what: "called", at: view.started_at_ms, text }];
  for (const one of view.participants) {
    if (one !== customer) facts.push(joined(view, one, names));
  }
  return facts;
}

/**
 * Who was in it before: a chat is read later than it was written, with who came and went.
 *
 * @param {ConversationView} view
 * @param {Names} names
 * @returns {Fact[]}
 */
function stays({ history = [], observers = [] }, names) {
  // Who has given it away listens, of which another line tells.
  const listens = (/** @type {string} */ id) => observers.some((one) => one.id === id);
  return history.flatMap(({ id, joined_at_ms: from, ended_at_ms: to }) => {
    const came = { what: `joined ${id}`, at: from, text: `${subject(id, names)} joined.` };
    const went = { what: `left ${id}`, at: to, text: `${subject(id, names)} left.` };
    return listens(id) ? [came] : [came, went];
  });
}

/**
 * @param {ConversationView} view
 * @param {Participant} one
 * @param {Names} names
 * @returns {Fact}
 */
function joined(view, one, names) {
  const at = one.joined_at_ms ?? view.server_time_ms;
  return { what: `joined ${one.id}`, at, text: `${subject(one.id, names)} joined.` };
}

/**
 * @param {ConversationView} before
 * @param {ConversationView} after
 * @param {Names} names
 */
function seats(before, after, names) {
  const at = after.server_time_ms;
  /** @type {Fact[]} */
  const facts = [];
  for (const one of after.participants) {
    const was = before.participants.find(({ id }) => id === one.id);
    if (was === undefined) facts.push(joined(after, one, names));
    else facts.push(...changes(was, one, at, names));
  }
  for (const one of before.participants) {
    const gone = !after.participants.some(({ id }) => id === one.id);
    const what = `left ${one.role === "customer" ? "customer" : one.id}`;
    // Who has given a chat away goes on as a listener, of which another line tells.
    const listens = (after.observers ?? []).some(({ id }) => id === one.id);
    if (!gone || after.ended || (listens && after.medium === "chat")) continue;
    facts.push({ what, at, text: `${subject(one.id, names)} left.` });
  }
  const owner = JSON.stringify(after.owner) === JSON.stringify(before.owner) ? null : after.owner;
  if (owner !== null && "queue" in owner) {
    facts.push({ what: "requeued", at, text: `Waits in the queue of ${names.target(owner)}.` });
  } else if (owner !== null) {
    const text = `${subject(`agent:${owner.agent}`, names)} answered for it from here on.`;
    facts.push({ what: `owner ${owner.agent}`, at, text });
  }
  return facts;
}

/**
 * @param {Participant} was
 * @param {Participant} is
 * @param {number} at
 * @param {Names} names
 * @returns {Fact[]}
 */
function changes(was, is, at, names) {
  const who = subject(is.id, names);
  /** @type {(what: string, text: string, when?: number) => Fact} */
  const fact = (what, text, when = at) => ({ what: `${what} ${is.id}`, at: when, text });
  /** @type {Fact[]} */
  const facts = [];
  if (was.held === null && is.held !== null) {
    const by = subject(is.held.by, names);
    facts.push(fact("held", `${by} put ${object(is.id, names)} on hold.`));
  }
  if (was.held !== null && is.held === null) facts.push(fact("resumed", `${who} came off hold.`));
  if (was.muted !== is.muted) facts.push(fact(`muted ${is.muted}`, mutedText(is, who)));
  if (was.presence !== is.presence) {
    const lost = is.presence === "reconnecting";
    const text = lost ? `${who} lost the connection.` : `${who} came back.`;
    facts.push(fact(is.presence, text, is.since_ms));
  }
  return facts;
}

/**
 * @param {Participant} one
 * @param {string} who
 */
function mutedText({ muted }, who) {
  if (muted === "forced") return `A supervisor silenced ${who === "You" ? "you" : who}.`;
  return muted === "self" ? `${who} muted.` : `${who} could be heard again.`;
}

/**
 * @param {ConversationView | undefined} before
 * @param {ConversationView} after
 * @param {Names} names
 * @returns {Fact[]}
 */
function offers(before, after, names) {
  const { offer, server_time_ms: at } = after;
  if (!offer) return [];
  const was = before?.offer?.id === offer.id ? before.offer : null;
  /** @type {Fact[]} */
  const facts = [];
  if (was === null) {
    const text = offerText(offer, names, after.medium);
    facts.push({ what: `offer ${offer.id}`, at, text });
  }
  for (const { id } of offer.candidates) {
    const named = "agent" in offer.target && `agent:${offer.target.agent}` === id;
    const rung = (was?.candidates ?? []).some((one) => one.id === id);
    if (named || rung) continue;
    const how = after.medium === "chat" ? "asked" : "rung";
    facts.push({ what: `rung ${offer.id} ${id}`, at, text: `${object(id, names, true)} ${how}.` });
  }
  return facts;
}

/**
 * @param {Offer} offer
 * @param {Names} names
 * @param {Medium} medium
 */
function offerText(offer, names, medium) {
  const { origin = "invite", initiator, target, note } = offer;
  const whom = names.target(target);
  const who = initiator ? subject(initiator, names) : "Somebody";
  const queued = `${who} sent it to the queue of ${whom}`;
  const texts = {
    queue: `Offered to ${whom}`,
    invite: "queue" in target ? queued : `${who} called ${whom}`,
    transfer: `${who} offered it to ${whom}`,
    recall: `Came back to ${whom}`,
    listen: `${who} asked ${whom} to listen`,
  };
  const text = medium === "chat" ? chatOffer(offer, who, whom) : texts[origin];
  return note ? `${text}, with the note “${note}”` : `${text}.`;
}

/**
 * The call that the customer of a chat is offered, and that it has taken it; else a notice says why
 * it is over, or an agent has taken it back.
 *
 * @param {ConversationView | undefined} before
 * @param {ConversationView} after
 * @param {Names} names
 * @returns {Fact[]}
 */
function offeredCall(before, after, names) {
  const { server_time_ms: at, linked, offered_call: is } = after;
  const was = before?.offered_call;
  if (is && was?.expires_at_ms !== is.expires_at_ms) {
    const text = `${subject(is.by, names)} offered a call.`;
    return [{ what: `call offered ${is.expires_at_ms}`, at, text }];
  }
  if (!was || is || !linked || linked === before?.linked) return [];
  return [{ what: `call taken ${linked}`, at, text: "The call was answered." }];
}

/**
 * @param {ConversationView | undefined} before
 * @param {ConversationView} after
 * @param {Names} names
 * @returns {Fact[]}
 */
function observers(before, after, names) {
  const [was, is] = [before?.observers ?? [], after.observers ?? []];
  const same = (/** @type {Observer} */ a, /** @type {Observer} */ b) =>
    a.id === b.id && a.mode === b.mode && a.agent === b.agent;
  const at = after.server_time_ms;
  /** @type {Fact[]} */
  const facts = [];
  for (const one of is) {
    if (was.some((other) => same(one, other))) continue;
    const coached = one.agent === undefined ? "" : object(one.agent, names);
    const chat = after.medium === "chat";
    const how = {
      monitor: chat ? "read along unnoticed" : "listened in unnoticed",
      coach: `coached ${coached}`,
      listener: chat ? "stayed to listen" : "listened to learn",
    };
    const text = `${subject(one.id, names)} ${how[one.mode]}.`;
    facts.push({ what: `observes ${one.id} ${one.mode} ${one.agent}`, at, text });
  }
  for (const one of was) {
    const here = [...is, ...after.participants].some(({ id }) => id === one.id);
    if (here || after.ended) continue;
    const text = `${subject(one.id, names)} stopped listening.`;
    facts.push({ what: `stopped ${one.id}`, at, text });
  }
  return facts;
}

/**
 * @param {string} id
 * @param {Names} names
 */
function subject(id, names) {
  return id === names.self ? "You" : names.person(id);
}

/**
 * @param {string} id
 * @param {Names} names
 * @param {boolean} [passive] as the one to whom it is done
 */
function object(id, names, passive = false) {
  if (passive) return id === names.self ? "You were" : `${names.person(id)} was`;
  return id === names.self ? "you" : names.person(id);
}
