import { h } from "../../page/dom.js";
import { attachButton, stagedRows } from "../../page/file-view.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { refusal } from "../../page/words.js";
import { composed, partIn, whyMute } from "../chats.js";
import { openLine, replyButton, replyPicker } from "./reply-picker.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Compose } from "../chats.js" */
/** @import { ConversationView } from "../../client/types.js" */

/** What the server takes at once. */
const MOST_CHARS = 4000;
/** From here on one is told how much room is left. */
const NEARLY_CHARS = 3600;

/**
 * Where one writes; who cannot is told why, and what was begun stays there to be copied.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {Actions} actions
 */
export function composer(state, view, actions) {
  const draft = composed(state, view.id);
  const mute = whyMute(state, view);
  const send = () => {
    if (sendBlocked(draft, mute) !== null) return;
    actions.write(view.id, draft.text.trim(), draft.note ? "agents" : "everyone");
  };
  return h(
    "form",
    {
      key: `composer ${view.id}`,
      class: `composer ${draft.note ? "note-composer" : ""}`,
      "data-testid": "composer",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        send();
      },
    },
    mute === null ? null : muteBar(state, view, mute, actions),
    refusedLine(draft),
    mute === null ? [replyPicker(state, view, actions), openLine(state, view)] : null,
    stagedRows(draft.files ?? [], (id) => actions.detach(view.id, id)),
    field(state, view, draft, mute, { actions, send }),
    mute === null ? sendRow(state, view, draft, actions) : attachAlone(state, view, mute, actions),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Compose} draft
 * @param {Actions} actions
 */
function sendRow(state, view, draft, actions) {
  return h(
    "div",
    { key: "buttons", class: "composer-buttons" },
    attach(state, view, null, actions),
    view.internal ? null : noteToggle(view, draft, actions),
    replyButton(state, view, actions),
    h(
      "span",
      { class: "soft composer-hint", "data-testid": "composer-hint" },
      hint(state, draft),
    ),
    button({
      testid: "composer-send",
      label: draft.note ? "Send note" : "Send",
      icon: draft.note ? "note" : "send",
      look: "primary",
      type: "submit",
      blocked: sendBlocked(draft, null),
      act: () => {},
    }),
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {string | null} blocked
 * @param {Actions} actions
 */
function attach(state, view, blocked, actions) {
  return attachButton({
    blocked,
    limits: state.fileLimits,
    choose: (files) => actions.attach(view.id, files),
    prepare: () => actions.prepareFiles(view.id),
  });
}

/**
 * Who still sees where one writes, and cannot, sees why no file goes either.
 *
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} mute
 * @param {Actions} actions
 */
function attachAlone(state, view, mute, actions) {
  const part = partIn(state, view);
  const shown = part === "member" || (part === "listener" && composed(state, view.id).text !== "");
  if (!shown) return null;
  const field = attach(state, view, mute, actions);
  return h("div", { key: "buttons", class: "composer-buttons" }, field);
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {string} mute
 * @param {Actions} actions
 */
function muteBar(state, view, mute, actions) {
  const part = partIn(state, view);
  const live = state.connection === "live" ? null : refusal("not_connected");
  return h(
    "div",
    { key: "mute", class: `mode ${part}`, role: "status" },
    icon(part === "closed" ? "close" : "eye"),
    h("p", { class: "grow", "data-testid": "composer-why" }, mute),
    part === "listener"
      ? button({
          testid: "stop-listening",
          label: "Stop listening",
          icon: "leave",
          blocked: live,
          busy: state.pending.includes(`stop_observing ${view.id}`),
          act: () => actions.stopObserving(view.id),
        })
      : null,
    part === "closed"
      ? button({
          testid: "chat-close",
          label: "Put away",
          icon: "close",
          act: () => actions.closeChat(view.id),
        })
      : null,
  );
}

/** @param {Compose} draft */
function refusedLine({ refused }) {
  if (refused === null) return null;
  return h(
    "p",
    { key: "refused", class: "refused", role: "alert", "data-testid": "composer-refused" },
    icon("warning"),
    `Not sent: ${refused}.`,
  );
}

/**
 * @param {State} state
 * @param {ConversationView} view
 * @param {Compose} draft
 * @param {string | null} mute
 * @param {{ actions: Actions, send: () => void }} todo
 */
function field(state, view, draft, mute, { actions, send }) {
  const note = draft.note;
  const part = partIn(state, view);
  // Where nobody writes again, there is room for what was begun and not for more.
  if (draft.text === "" && part !== "member") return null;
  return h("textarea", {
    key: "text",
    class: "input composer-text",
    rows: 3,
    dir: "auto",
    "data-testid": "composer-text",
    "data-compose": true,
    "data-focus": mute === null,
    "aria-label": note ? "Note to your colleagues" : "Your message",
    "aria-keyshortcuts": "Enter",
    placeholder: mute === null ? (note ? "Only colleagues read this" : "Write a message") : "",
    readonly: mute !== null,
    "aria-disabled": mute === null ? null : "true",
    "aria-description": mute,
    value: draft.text,
    oninput: (/** @type {{ target: HTMLTextAreaElement }} */ { target }) =>
      actions.compose(view.id, { text: target.value, note }),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") {
        actions.focus("[role=option][data-chosen]");
        return;
      }
      if (event.key === "/" && draft.text === "" && mute === null && !event.isComposing) {
        event.preventDefault();
        actions.openReplies(view.id, true);
        return;
      }
      // An Enter that ends the composing of a character is no end of the message.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    },
  });
}

/**
 * @param {ConversationView} view
 * @param {Compose} draft
 * @param {Actions} actions
 */
function noteToggle(view, draft, actions) {
  return button({
    testid: "composer-note",
    label: "Note to colleagues",
    describe: "Note to colleagues, which the customer never reads",
    icon: "note",
    look: "quiet",
    pressed: draft.note,
    act: () => {
      actions.compose(view.id, { note: !draft.note });
      actions.focus("[data-compose]");
    },
  });
}

/**
 * Why this cannot be sent, null if it can.
 *
 * @param {Compose} draft
 * @param {string | null} mute
 */
function sendBlocked({ text, files = [] }, mute) {
  if (mute !== null) return mute;
  if (text.trim() === "" && files.length === 0) return "Write something first";
  return length(text) > MOST_CHARS ? `At most ${MOST_CHARS} characters at once` : null;
}

/**
 * @param {State} state
 * @param {Compose} draft
 */
function hint(state, { text }) {
  const chars = length(text);
  if (chars > NEARLY_CHARS) return `${chars} of ${MOST_CHARS} characters`;
  if (!state.chatReady) return "No connection: what you send goes out by itself when it is back.";
  return "Enter sends, Shift+Enter: new line";
}

/**
 * As the server counts: characters, not halves of them.
 *
 * @param {string} text
 */
function length(text) {
  const trimmed = text.trim();
  return trimmed.length <= NEARLY_CHARS ? trimmed.length : [...trimmed].length;
}
