import { h } from "../page/dom.js";
import { fileCard, fileShotOf } from "../page/file-view.js";
import { icon } from "../page/icons.js";
import { button } from "../page/parts.js";
import { Unchanged } from "../page/unchanged.js";
import { timeOfDay } from "../page/words.js";
import { reached, typists } from "./chat-state.js";
/** @import { ChatShot, ChatState } from "./chat-state.js" */
/** @import { ConversationView, FileRef, Message } from "../client/types.js" */
/** @import { Child, VNode } from "../page/dom.js" */
/** @import { FileShot, FileShots } from "../page/file-state.js" */
/** @import { IconName } from "../page/icons.js" */
/** @import { Actions } from "./view.js" */

/** One who writes several messages one after the other is named once. */
const TOGETHER_MS = 120_000;

/** @typedef {"sending" | "sent" | "delivered" | "read"} Mark */

/** @type {Readonly<Record<Mark, readonly [icon: IconName, text: string]>>} */
const MARKS = {
  sending: ["clock", "Sending…"],
  sent: ["check", "Sent"],
  delivered: ["checks", "Delivered"],
  read: ["checks", "Read"],
};

/** @type {{ of: readonly unknown[], drawn: VNode } | null} the log as it was drawn last */
let latest = null;
const unchanged = new Unchanged();

/**
 * @typedef {object} Reading what is shown beside what was said
 * @property {boolean} loading whether earlier messages are on their way
 * @property {FileShots} files
 * @property {Actions} actions
 */

/**
 * What was said. It is drawn anew when it has changed, not with every tick of a clock.
 *
 * @param {ChatState} chat
 * @param {Reading} reading
 */
export function messageLog(chat, reading) {
  const { loading, files, actions } = reading;
  const of = [chat.shot, chat.view.id, loading, files, actions];
  if (latest?.of.every((one, at) => one === of[at])) return latest.drawn;
  const drawn = log(chat, reading);
  latest = { of, drawn };
  return drawn;
}

/**
 * @param {ChatState} chat
 * @param {Reading} reading
 */
function log({ view, shot }, reading) {
  return h(
    "div",
    {
      key: `log ${view.id}`,
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions",
      "aria-label": "Messages",
      tabindex: "0",
      "data-log": view.id,
      "data-first": shot.messages[0]?.number,
      "data-testid": "chat-log",
    },
    shot.more
      ? h(
          "div",
          { key: "earlier", class: "earlier" },
          button({
            testid: "earlier",
            label: "Earlier messages",
            look: "quiet",
            busy: reading.loading,
            act: reading.actions.earlier,
          }),
        )
      : null,
    pieces(view, shot, reading),
    shot.pending.map((one) => unchanged.drawn(one, [view.you], () => waiting(view.you, one))),
  );
}

/**
 * @param {ConversationView} view
 * @param {ChatShot} shot
 * @param {Reading} reading
 */
function pieces(view, shot, reading) {
  /** @type {Child[]} */
  const all = [];
  /** @type {Message | undefined} */
  let before;
  for (const one of shot.messages) {
    const date = new Date(one.at_ms).toDateString();
    const today = before === undefined || new Date(before.at_ms).toDateString() === date;
    if (!today) all.push(day(one));
    all.push(message(view, shot, reading, one, !today || !together(before, one)));
    before = one;
  }
  return all;
}

/**
 * @param {Message | undefined} a
 * @param {Message} b
 */
function together(a, b) {
  const same = a !== undefined && a.from?.person === b.from?.person;
  return same && b.at_ms - a.at_ms < TOGETHER_MS;
}

/**
 * @param {ConversationView} view
 * @param {ChatShot} shot
 * @param {Reading} reading
 * @param {Message} one
 * @param {boolean} first of those that stand together
 */
function message({ id, you: me }, shot, { files, actions }, one, first) {
  const own = one.from?.person === me;
  const mark = own ? reached(shot, one) : null;
  const file = fileShotOf(files, id, one);
  const card = () => filed(id, one, file, actions);
  return unchanged.drawn(one, [me, first, mark, file], () => said(me, one, first, mark, card));
}

/**
 * @param {string} conversation
 * @param {Message} message
 * @param {FileShot | null} shot
 * @param {Actions} actions
 */
function filed(conversation, { number, file }, shot, actions) {
  if (file === undefined || shot === null) return null;
  return fileCard(conversation, { number, file }, shot, actions);
}

/**
 * @param {string} me
 * @param {Message} one
 * @param {boolean} first of those that stand together
 * @param {Mark | null} mark
 * @param {() => Child} card
 */
function said(me, one, first, mark, card) {
  const { from, id, number, text } = one;
  const own = from?.person === me;
  const who = from === null ? "Automatic message" : own ? "You" : from.name;
  const side = from === null ? "automatic" : own ? "own" : "other";
  // Under the name it had while it waited, so that it stays the same element.
  const key = own && id !== null ? `${me} ${id}` : number;
  return bubble({
    key,
    look: first ? `${side} first` : side,
    side,
    mark,
    number,
    content: [
      head(who, one.at_ms, first),
      card(),
      text ? words(text) : null,
    ],
  });
}

/**
 * What the server has not taken yet.
 *
 * @param {string} me
 * @param {{ id: string, text: string, file?: FileRef }} one
 */
function waiting(me, { id, text, file }) {
  return bubble({
    key: `${me} ${id}`,
    look: "own first",
    side: "own",
    mark: "sending",
    content: [
      head("You", null, true),
      file ? h("p", { class: "message-file" }, icon("file"), file.name) : null,
      text ? words(text) : null,
    ],
  });
}

/**
 * @typedef {object} Bubble
 * @property {string | number} key
 * @property {string} look
 * @property {"own" | "other" | "automatic"} side
 * @property {Mark | null} mark
 * @property {number} [number] once it has one
 * @property {Child} content
 *
 * @param {Bubble} bubble
 */
function bubble({ key, look, side, mark, number, content }) {
  const [picture, text] = MARKS[mark ?? "sent"];
  return h(
    "div",
    {
      key,
      class: `message ${look}`,
      "data-testid": number === undefined ? "message-pending" : `message-${number}`,
      "data-side": side,
      "data-mark": mark,
    },
    content,
    mark === null
      ? null
      : h("span", { class: `mark-line ${mark}` }, icon(picture), h("span", null, text)),
  );
}

/**
 * @param {string} who
 * @param {number | null} at
 * @param {boolean} shown to the eye; it is always there to be heard
 */
function head(who, at, shown) {
  return h(
    "p",
    { key: "head", class: shown ? "message-head" : "message-head visually-hidden" },
    h("span", { class: "strong" }, who),
    at === null
      ? null
      : h("time", { class: "soft", datetime: new Date(at).toISOString() }, timeOfDay(at)),
  );
}

/**
 * Always text, whatever it looks like.
 *
 * @param {string} text
 */
function words(text) {
  return h("p", { key: "text", class: "message-text", dir: "auto" }, text);
}

/** @param {Message} message */
function day({ at_ms: at, number }) {
  const parts = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });
  return h(
    "p",
    { key: `day ${number}`, class: "log-day" },
    new Date(at).toLocaleDateString([], parts),
  );
}

/**
 * Who is writing at the moment. No screen reader interrupts for it.
 *
 * @param {ChatState} chat
 */
export function typingLine(chat) {
  const names = typists(chat);
  const verb = names.length > 1 ? "are writing" : "is writing";
  const text = names.length === 0 ? "" : `${names.join(" and ")} ${verb}`;
  return h(
    "p",
    { key: "typing", class: "typing soft", "data-testid": "typing", "aria-live": "off" },
    text,
    names.length === 0
      ? null
      : h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
  );
}
