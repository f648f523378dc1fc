import { h } from "../page/dom.js";
import { attachButton, stagedRows, uploadRows } from "../page/file-view.js";
import { icon } from "../page/icons.js";
import { button } from "../page/parts.js";
import { clock, refusal, waitText } from "../page/words.js";
import { waitingText } from "./channel.js";
import { messageLog, typingLine } from "./chat-log.js";
import { answering, MOST_CHARS, parting, sendBlocked, standing } from "./chat-state.js";
import { offeredCall } from "./offered-call.js";
import { failure, muted, raiseBlocked } from "./parts.js";
import { saveMenu } from "./save-menu.js";
import { situation } from "./store.js";
/** @import { ChatState, Standing } from "./chat-state.js" */
/** @import { State } from "./store.js" */
/** @import { Actions } from "./view.js" */
/** @import { IconName } from "../page/icons.js" */

/** From here on one is told how much room is left. */
const NEARLY_CHARS = 3_600;

/**
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
export function chatScreen(state, chat, actions) {
  return [
    header(state, chat, actions),
    callBar(state, actions),
    messageLog(chat, { loading: state.loading, files: state.files, actions }),
    typingLine(chat),
    uploadRows(chat.shot.uploads, { cancel: actions.cancelUpload, retry: actions.retryUpload }),
    offeredCall(state, chat, actions),
    chat.over === null ? composer(state, chat, actions) : ending(state, chat, actions),
  ];
}

/** @type {Readonly<Record<Standing, IconName>>} */
const PICTURES = {
  waiting: "clock",
  answered: "chat",
  alone: "clock",
  reconnecting: "link",
  over: "check",
};

/**
 * Who answers, or how long it takes.
 *
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
function header(state, chat, actions) {
  const now = standing(state);
  const [title, line] = told(state, chat, now);
  return h(
    "header",
    { key: "header", class: "chat-head" },
    h("span", { class: `chat-picture ${now}`, "aria-hidden": "true" }, icon(PICTURES[now])),
    h(
      "div",
      { class: "grow", role: "status" },
      h("h1", { "data-testid": "chat-state", "data-state": now }, title),
      h("p", { class: "soft small told", "data-testid": "chat-line" }, line),
    ),
    h(
      "div",
      { key: "buttons", class: "chat-buttons" },
      now === "over" ? null : headButtons(state, chat, actions),
      saveMenu(state, actions),
    ),
  );
}

/**
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
function headButtons(state, chat, actions) {
  const offline = state.connection === "live" ? null : refusal("not_connected");
  return [
    button({
      testid: "raise",
      label: "Call",
      describe: "Call us, beside this chat",
      icon: "phone",
      blocked: raiseBlocked(state, chat),
      busy: state.busy === "call",
      act: actions.raise,
    }),
    button({
      testid: "end-chat",
      label: "End",
      describe: "End this chat",
      icon: "leave",
      look: "quiet",
      blocked: offline,
      act: actions.endChat,
    }),
  ];
}

/**
 * @param {State} state
 * @param {ChatState} chat
 * @param {Standing} now
 * @returns {readonly [title: string, line: string]}
 */
function told(state, chat, now) {
  const names = answering(chat.view);
  switch (now) {
    case "waiting": {
      const { wait } = chat.view;
      const own = wait ? waitingText(state.channel?.texts ?? {}, wait) : null;
      const usual = wait ? waitText(wait) : "You are in line.";
      return ["Waiting for an agent", own ?? `${usual} You can write already.`];
    }
    case "answered": {
      const verb = names.length > 1 ? "answer" : "answers";
      return [names.join(" and "), `${names.length > 1 ? "They" : names[0]} ${verb} you here.`];
    }
    case "alone":
      return ["One moment please", "Somebody will be with you again soon. You can write on."];
    case "reconnecting":
      return ["Reconnecting…", "What you write is sent as soon as the connection is back."];
    case "over":
      // Why is said below, where one goes on.
      return ["Chat closed", ""];
  }
}

/**
 * The call beside the chat.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function callBar(state, actions) {
  const trouble = state.error === null ? null : failure(state.error);
  const silent = state.microphoneError === null ? null : failure(state.microphoneError);
  const view = state.view !== null && !state.view.ended ? state.view : null;
  if (view === null && state.busy !== "call") return trouble;
  const now = situation(state);
  const since = view?.answered_at_ms ?? view?.started_at_ms;
  const time = since === undefined ? "" : clock(state.now + (state.ahead ?? 0) - since);
  return [
    trouble,
    silent,
    h(
      "div",
      { key: "call", class: "call-bar", "data-testid": "call-bar" },
      icon("phone"),
      h(
        "p",
        { class: "grow", role: "status", "data-testid": "state", "data-state": now },
        CALLS[now],
      ),
      h("span", { class: "soft", role: "timer", "data-testid": "elapsed" }, time),
      button({
        testid: "mute",
        label: muted(state) ? "Unmute" : "Mute",
        icon: muted(state) ? "micOff" : "mic",
        pressed: muted(state),
        blocked: view === null ? "The call is being set up" : null,
        act: () => actions.mute(!muted(state)),
      }),
      button({
        testid: "hang-up",
        label: "Hang up",
        icon: "phoneDown",
        look: "danger",
        blocked: view === null ? "The call is being set up" : null,
        act: actions.hangUp,
      }),
    ),
    state.soundBlocked
      ? button({
          testid: "sound-resume",
          label: "Turn sound on",
          icon: "sound",
          look: "primary",
          act: actions.resumeSound,
        })
      : null,
  ];
}

/** @type {Readonly<Record<ReturnType<typeof situation>, string>>} */
const CALLS = {
  calling: "Setting up the sound…",
  waiting: "Calling. You hear music until somebody is free.",
  talking: "You can speak now.",
  held: "On hold. Your agent will be right back.",
  handover: "One moment please.",
  reconnecting: "Reconnecting the call…",
};

/**
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
function composer(state, { shot }, actions) {
  const { text, refused, files } = state.compose;
  const blocked = sendBlocked(state);
  const send = () => {
    if (blocked === null) actions.write(text);
  };
  return h(
    "form",
    {
      key: "composer",
      class: "composer",
      "data-testid": "composer",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        send();
      },
    },
    refusedLine(refused),
    stagedRows(files, actions.detach),
    field(text, actions, send),
    h(
      "div",
      { key: "buttons", class: "composer-buttons" },
      attachButton({
        blocked: shot.canWrite ? null : "This chat takes no files now",
        limits: state.fileLimits,
        choose: actions.attach,
        prepare: actions.prepareFiles,
      }),
      h("span", { id: "composer-hint", class: "soft small grow" }, hint(text)),
      button({
        testid: "composer-send",
        label: "Send",
        icon: "send",
        look: "primary",
        type: "submit",
        blocked,
        act: () => {},
      }),
    ),
  );
}

/** @param {string | null} why */
function refusedLine(why) {
  if (why === null) return null;
  return h(
    "p",
    { key: "refused", class: "error small", role: "alert", "data-testid": "composer-refused" },
    `Not sent: ${why}.`,
  );
}

/**
 * @param {string} text
 * @param {Actions} actions
 * @param {() => void} send
 */
function field(text, actions, send) {
  return h("textarea", {
    key: "text",
    class: "input composer-text",
    rows: 2,
    dir: "auto",
    "aria-label": "Your message",
    "aria-describedby": "composer-hint",
    placeholder: "Write a message",
    "data-focus": true,
    "data-testid": "composer-text",
    value: text,
    oninput: (/** @type {{ target: HTMLTextAreaElement }} */ { target }) =>
      actions.compose(target.value),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      // An Enter that ends the composing of a character is no end of the message.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    },
  });
}

/** @param {string} text */
function hint(text) {
  const chars = text.length <= NEARLY_CHARS ? 0 : [...text.trim()].length;
  if (chars > NEARLY_CHARS) return `${chars} of ${MOST_CHARS} characters`;
  return "Enter sends, Shift+Enter begins a new line.";
}

/**
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
function ending(state, chat, actions) {
  const { text } = state.compose;
  return h(
    "div",
    { key: "ending", class: "chat-ending" },
    h(
      "p",
      { class: "soft", tabindex: "-1", "data-focus": true, "data-testid": "chat-end" },
      parting(chat),
    ),
    text === ""
      ? null
      : h("p", { class: "soft small" }, "What you had begun to write is kept for you."),
    h(
      "div",
      { class: "row centre" },
      button({
        testid: "write-again",
        label: "Write again",
        icon: "chat",
        look: "primary",
        busy: state.busy === "chat",
        act: actions.writeAgain,
      }),
      button({ testid: "chat-away", label: "Close", look: "quiet", act: actions.putAway }),
    ),
  );
}
