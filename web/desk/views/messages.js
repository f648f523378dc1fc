import { h } from "../../page/dom.js";
import { fileCard, fileShotOf } from "../../page/file-view.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { Unchanged } from "../../page/unchanged.js";
import { timeOfDay } from "../../page/words.js";
import { chatOf } from "../chats.js";
import { callName, nameOf } from "../store.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Entry } from "../chronicle.js" */
/** @import { ChatShot } from "../chats.js" */
/** @import { ConversationView, Marks, Message, PersonId } from "../../client/types.js" */
/** @import { Child, VNode } from "../../page/dom.js" */
/** @import { FileShot } from "../../page/file-state.js" */

/** One who writes several messages one after the other is named once. */
const TOGETHER_MS = 120_000;

/**
 * @typedef {{ message: Message, first: boolean } | { line: Entry } | { day: number }} Piece
 * @typedef {"sent" | "delivered" | "read"} Reached
 */

/** @type {{ of: readonly unknown[], drawn: VNode } | null} the log as it was drawn last */
let latest = null;
const unchanged = new Unchanged();

/**
 * What was said, with who came and went between.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function messageLog(state, view, actions) {
  const chat = chatOf(state, view.id);
  const entries = state.chronicles[view.id];
  const loading = state.pending.includes(`earlier ${view.id}`);
  const { participants } = view;
  const of = [chat, entries, loading, participants, state.names, actions, state.files];
  // A long chat is drawn anew when it changes, not with every tick of the clock.
  if (latest?.of.length === of.length && of.every((one, at) => one === latest?.of[at])) {
    return latest.drawn;
  }
  const drawn = log(state, view, chat, actions);
  latest = { of, drawn };
  return drawn;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {ChatShot} chat
 * @param {Actions} actions
 */
function log(state, view, chat, actions) {
  const lines = state.chronicles[view.id] ?? [];
  return h(
    "div",
    {
      key: `log ${view.id}`,
      class: "log",
      role: "log",
      tabindex: "0",
      "aria-label": `Messages with ${callName(state, view)}`,
      "data-log": view.id,
      "data-first": chat.messages[0]?.number,
      "data-testid": "chat-log",
    },
    earlier(state, view, chat, actions),
    pieces(chat.messages, lines, chat.more).map((piece) =>
      "message" in piece
        ? message(state, view, chat, piece, actions)
        : "line" in piece
          ? lineOf(piece.line)
          : day(piece.day),
    ),
    chat.pending.map(waiting),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {ChatShot} chat
 * @param {Actions} actions
 */
function earlier(state, view, { more }, actions) {
  if (!more) return null;
  return h(
    "div",
    { key: "earlier", class: "earlier" },
    button({
      testid: "earlier",
      label: "Earlier messages",
      icon: "up",
      look: "quiet",
      busy: state.pending.includes(`earlier ${view.id}`),
      act: () => actions.earlier(view.id),
    }),
  );
}

/**
 * The order of messages is theirs; what else happened stands between them by its time. Of what lies
 * before the first message that is here nothing is told yet.
 *
 * @param {readonly Message[]} messages
 * @param {readonly Entry[]} lines
 * @param {boolean} more
 * @returns {Piece[]}
 */
export function pieces(messages, lines, more) {
  const since = more ? (messages[0]?.at_ms ?? 0) : 0;
  const ahead = lines.filter(({ at }) => at >= since);
  /** @type {Piece[]} */
  const all = [];
  let today = "";
  /** @type {Message | undefined} */
  let before;
  const dated = (/** @type {number} */ at) => {
    const date = new Date(at).toDateString();
    if (today !== "" && date !== today) all.push({ day: at });
    today = date;
  };
  const lineBefore = (/** @type {number} */ at) => {
    while ((ahead[0]?.at ?? Infinity) < at) {
      const line = /** @type {Entry} */ (ahead.shift());
      dated(line.at);
      all.push({ line });
      before = undefined;
    }
  };
  for (const one of messages) {
    lineBefore(one.at_ms);
    dated(one.at_ms);
    all.push({ message: one, first: before === undefined || !together(before, one) });
    before = one;
  }
  lineBefore(Infinity);
  return all;
}

/**
 * @param {Message} a
 * @param {Message} b
 */
function together(a, b) {
  const same = a.from?.person === b.from?.person && a.audience === b.audience;
  return same && b.at_ms - a.at_ms < TOGETHER_MS;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {ChatShot} chat
 * @param {{ message: Message, first: boolean }} piece
 * @param {Actions} actions
 */
function message(state, view, chat, { message: one, first }, actions) {
  const own = one.from?.person === view.you;
  const reached = own ? reachedBy(view, chat.marks, one) : null;
  const mark = reached?.mark ?? null;
  const told = reached === null ? null : reachedText(state, reached);
  const file = fileShotOf(state.files, view.id, one);
  const content = () => body(view.id, one, file, actions);
  return unchanged.drawn(one, [own, first, mark, told, file], () =>
    bubble(one, { own, first, mark, told, content }),
  );
}

/**
 * @typedef {object} Look
 * @property {boolean} own
 * @property {boolean} first of those that stand together
 * @property {Reached | null} mark
 * @property {string | null} told how far it has come
 * @property {() => Child} content
 *
 * @param {Message} one
 * @param {Look} look
 */
function bubble(one, { own, first, mark, told, content }) {
  const { number, from, audience, at_ms: at } = one;
  const note = audience === "agents";
  const who = from === null ? "Automatic message" : own ? "You" : from.name;
  const looks = ["message", own && "own", note && "note-message", from === null && "automatic"];
  return h(
    "div",
    {
      key: `m${number}`,
      class: [...looks, first && "first"].filter(Boolean).join(" "),
      "data-testid": `message-${number}`,
      "data-audience": audience,
      "data-mark": mark,
    },
    h(
      "div",
      { class: first || note ? "message-head" : "message-head visually-hidden" },
      h("span", { class: "strong" }, who),
      note ? noteLabel() : null,
      h("time", { class: "soft", datetime: new Date(at).toISOString() }, timeOfDay(at)),
    ),
    content(),
    told === null ? null : h("span", { class: `reached ${mark}` }, told),
  );
}

function noteLabel() {
  return h("span", { class: "note-label" }, icon("note"), "Note, only colleagues read it");
}

/**
 * @param {string} conversation
 * @param {Message} message
 * @param {FileShot | null} shot
 * @param {Actions} actions
 */
function body(conversation, { number, text, file }, shot, actions) {
  return [
    file && shot ? fileCard(conversation, { number, file }, shot, actions) : null,
    text ? h("p", { class: "message-text", dir: "auto" }, text) : null,
  ];
}

/**
 * How far one's own message has come. What the customer has seen counts first; a note is for the
 * colleagues alone.
 *
 * @param {ConversationView} view
 * @param {ChatShot["marks"]} marks
 * @param {Message} message
 * @returns {{ mark: Reached, by: PersonId | null }}
 */
export function reachedBy({ participants, you }, marks, { number, audience }) {
  const customer = participants.find(({ role }) => role === "customer");
  const meant = participants.filter(({ id }) => id !== you && id !== customer?.id);
  const readers = audience === "everyone" && customer !== undefined ? [customer] : meant;
  const has = (/** @type {keyof Marks} */ mark) =>
    readers.find(({ id }) => (marks[id]?.[mark] ?? 0) >= number);
  const read = has("read");
  if (read !== undefined) return { mark: "read", by: read.id };
  return { mark: has("delivered") === undefined ? "sent" : "delivered", by: null };
}

/**
 * @param {State} state
 * @param {{ mark: Reached, by: PersonId | null }} reached
 */
function reachedText(state, { mark, by }) {
  if (mark === "read") return `Read by ${by === null ? "all" : nameOf(state, by)}`;
  return mark === "delivered" ? "Delivered" : "Sent";
}

/**
 * What the server has not taken yet.
 *
 * @param {ChatShot["pending"][number]} unsent
 */
function waiting({ id, text, audience, file }) {
  const note = audience === "agents";
  return h(
    "div",
    {
      key: `p${id}`,
      class: `message own waiting first ${note ? "note-message" : ""}`,
      "data-testid": "message-pending",
      "data-audience": audience,
    },
    h(
      "div",
      { class: "message-head" },
      h("span", { class: "strong" }, "You"),
      note ? noteLabel() : null,
    ),
    file ? h("p", { class: "message-file" }, icon("file"), file.name) : null,
    text ? h("p", { class: "message-text", dir: "auto" }, text) : null,
    h("span", { class: "reached" }, "Sending…"),
  );
}

/** @param {Entry} entry */
function lineOf({ id, at, text }) {
  return h(
    "p",
    { key: `l${id}`, class: "log-line", "data-testid": "chat-line" },
    h("span", null, text),
    " ",
    h("time", { datetime: new Date(at).toISOString() }, timeOfDay(at)),
  );
}

/** @param {number} at */
function day(at) {
  const parts = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });
  const text = new Date(at).toLocaleDateString([], parts);
  return h("p", { key: `d${at}`, class: "log-day" }, text);
}
