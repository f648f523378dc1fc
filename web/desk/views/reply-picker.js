import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { composed } from "../chats.js";
import { filledIn, found, freshForm, leftOpen, ownerName, putIn, typedOut } from "../replies.js";
/** @import { Actions } from "../actions.js" */
/** @import { ConversationView } from "../../client/types.js" */
/** @import { QuickReply } from "../../client/quick-replies.js" */
/** @import { Picker } from "../replies.js" */
/** @import { State } from "../store.js" */

/**
 * Opens the quick replies; so does the key `/` where nothing is written yet.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function replyButton(state, view, actions) {
  const open = state.replies.picker?.conversation === view.id;
  return button({
    testid: "replies-open",
    label: "Quick replies",
    describe: "Quick replies: put in a text that was written before",
    icon: "reply",
    look: "quiet",
    shortcut: "/",
    act: () => (open ? leave(state, actions) : actions.openReplies(view.id)),
  });
}

/**
 * What a quick reply left open, said before it is sent.
 *
 * @param {State} state
 * @param {ConversationView} view
 */
export function openLine(state, view) {
  const open = leftOpen(state, view.id);
  if (open.length === 0) return null;
  return h(
    "p",
    { key: "left-open", class: "left-open", role: "status", "data-testid": "composer-left-open" },
    icon("warning"),
    `Not filled in: ${open.join(", ")}`,
  );
}

/**
 * The quick replies above the composer: typing finds one, arrow keys choose, Enter puts it in.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function replyPicker(state, view, actions) {
  const { picker } = state.replies;
  if (picker?.conversation !== view.id) return null;
  const all = found(state, picker);
  const chosen = all[Math.min(picker.chosen, all.length - 1)];
  return h(
    "div",
    {
      key: "replies",
      class: "replies",
      "data-testid": "replies",
      role: "group",
      "aria-label": "Quick replies",
      onfocusout: (/** @type {FocusEvent} */ event) => {
        const own = /** @type {HTMLElement} */ (event.currentTarget);
        const next = /** @type {Node | null} */ (event.relatedTarget);
        if (next === null || !own.contains(next)) actions.leaveReplies();
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        leave(state, actions);
      },
      // The field keeps the focus whatever is pointed at.
      onmousedown: (/** @type {MouseEvent} */ event) => {
        const target = /** @type {Element} */ (event.target);
        if (target.closest("input, button") === null) event.preventDefault();
      },
    },
    search(state, view, picker, { all, chosen }, actions),
    notes(state, all, actions),
    h(
      "div",
      { class: "replies-found" },
      h(
        "div",
        { class: "reply-list", role: "listbox", id: "reply-list", "aria-label": "Quick replies" },
        all.map((reply) => option(state, view, reply, reply === chosen, actions)),
      ),
      chosen === undefined ? null : preview(state, view, chosen),
    ),
    foot(state, view, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Picker} picker
 * @param {{ all: readonly QuickReply[], chosen: QuickReply | undefined }} list
 * @param {Actions} actions
 */
function search(state, view, picker, { all, chosen }, actions) {
  return h(
    "label",
    { class: "search" },
    icon("search"),
    h("input", {
      class: "input",
      type: "text",
      role: "combobox",
      "data-reply-search": true,
      "data-testid": "replies-search",
      "aria-label": "Find a quick reply",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-controls": "reply-list",
      "aria-activedescendant": chosen === undefined ? null : optionId(chosen),
      autocomplete: "off",
      placeholder: picker.slash ? "Shortcut, title or text" : "Find a quick reply",
      value: picker.query,
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
        const typed = typedOut(state, { ...picker, query: target.value });
        if (typed === undefined) actions.searchReplies(target.value);
        else insert(state, view, typed, actions);
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.isComposing) return;
        const next = neighbour(event.key, picker.chosen, all.length);
        if (next !== null) choose(event.currentTarget, all, next, actions);
        else if (event.key === "Enter" && chosen !== undefined) {
          insert(state, view, chosen, actions);
        } else if (event.key === "Backspace" && picker.slash && picker.query === "") {
          leave(state, actions, "");
        } else if (event.key !== "Enter") return;
        event.preventDefault();
      },
    }),
  );
}

/**
 * @param {EventTarget | null} field
 * @param {readonly QuickReply[]} all
 * @param {number} next
 * @param {Actions} actions
 */
function choose(field, all, next, actions) {
  actions.chooseReply(next);
  const page = /** @type {Element | null} */ (field)?.ownerDocument;
  const reply = all[next];
  // Behind the drawing.
  queueMicrotask(() => {
    const drawn = reply === undefined ? null : page?.getElementById(optionId(reply));
    drawn?.scrollIntoView({ block: "nearest" });
  });
}

/**
 * Which one a key leads to, null for keys that lead to none.
 *
 * @param {string} key
 * @param {number} at
 * @param {number} count
 */
function neighbour(key, at, count) {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  return key === "ArrowUp" ? (at - 1 + count) % count : null;
}

/**
 * @param {State} state
 * @param {readonly QuickReply[]} all
 * @param {Actions} actions
 */
function notes({ replies }, all, actions) {
  const { failed, known, picker } = replies;
  if (failed !== null) {
    return h(
      "div",
      { key: "failed", class: "row replies-note", role: "alert", "data-testid": "replies-failed" },
      icon("warning"),
      h("p", { class: "grow" }, `Quick replies could not be loaded: ${failed}.`),
      button({ testid: "replies-again", label: "Try again", act: actions.loadReplies }),
    );
  }
  const none = picker?.query.trim() === "" ? "There are none yet." : "None that fits.";
  const count = all.length === 1 ? "1 quick reply" : `${all.length} quick replies`;
  const text = !known ? "Loading…" : all.length === 0 ? none : count;
  return h(
    "p",
    {
      key: "count",
      class: known && all.length > 0 ? "visually-hidden" : "soft replies-note",
      role: "status",
      "data-testid": "replies-count",
    },
    text,
  );
}

/** @param {QuickReply} reply */
function optionId({ id }) {
  return `reply-${id}`;
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {QuickReply} reply
 * @param {boolean} chosen
 * @param {Actions} actions
 */
function option(state, view, reply, chosen, actions) {
  const { id, title, text, shortcut, owner } = reply;
  return h(
    "div",
    {
      key: id,
      id: optionId(reply),
      class: "reply",
      role: "option",
      "aria-selected": String(chosen),
      "data-testid": `reply-${id}`,
      onclick: () => insert(state, view, reply, actions),
    },
    h(
      "span",
      { class: "reply-head" },
      h("span", { class: "strong grow" }, title),
      shortcut === undefined ? null : h("span", { class: "reply-shortcut" }, `/${shortcut}`),
      h("span", { class: "soft" }, ownerName(state, owner)),
    ),
    h("span", { class: "soft reply-line" }, text),
  );
}

/**
 * How it would stand in the message.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {QuickReply} reply
 */
function preview(state, view, reply) {
  const { parts } = filledIn(state, view, reply);
  return h(
    "div",
    {
      key: "preview",
      class: "reply-preview",
      role: "region",
      "aria-label": "Preview",
      "aria-live": "polite",
      tabindex: "0",
      "data-testid": "reply-preview",
      dir: "auto",
    },
    parts.map(({ text, kind }) =>
      kind === "plain"
        ? text
        : h("mark", { class: kind, title: kind === "unfilled" ? "Not filled in" : null }, text),
    ),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
function foot(state, view, actions) {
  const { text } = composed(state, view.id);
  return h(
    "div",
    { class: "row replies-foot" },
    h("span", { class: "soft grow" }, "Enter puts it in, Esc goes back"),
    text.trim() === ""
      ? null
      : button({
          testid: "replies-keep",
          label: "Save this text…",
          describe: "Save this text as a quick reply",
          icon: "save",
          act: () => actions.manageReplies(freshForm(state, text.trim().replaceAll("{", "{{"))),
        }),
    button({
      testid: "replies-manage",
      label: "Manage…",
      describe: "Manage quick replies",
      act: () => actions.manageReplies(),
    }),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {QuickReply} reply
 * @param {Actions} actions
 */
function insert(state, view, reply, actions) {
  const { picker } = state.replies;
  if (picker === null) return;
  actions.writeIn(view.id, putIn(state, picker, filledIn(state, view, reply)));
}

/**
 * Back to where one writes. What was typed behind the `/` may have been meant as it stands.
 *
 * @param {State} state
 * @param {Actions} actions
 * @param {string} [typed] in place of that
 */
function leave(state, actions, typed = undefined) {
  const { picker } = state.replies;
  if (picker === null) return;
  const { text } = composed(state, picker.conversation);
  const own = picker.slash && text === "" ? (typed ?? `/${picker.query}`) : text;
  const caret = picker.slash ? own.length : picker.caret[1];
  actions.writeIn(picker.conversation, { text: own, caret });
}
