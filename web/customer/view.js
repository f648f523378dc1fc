import { h, mount } from "../page/dom.js";
import { pictureDialog } from "../page/file-view.js";
import { icon, mark } from "../page/icons.js";
import { button } from "../page/parts.js";
import { clock, waitText } from "../page/words.js";
import { waitingText } from "./channel.js";
import { chatScreen } from "./chat-view.js";
import { failure, muted } from "./parts.js";
import { farewell, media, situation, talkers } from "./store.js";
/** @import { Situation, State } from "./store.js" */
/** @import { Child } from "../page/dom.js" */
/** @import { FileActions } from "../page/file-view.js" */
/** @import { IconName } from "../page/icons.js" */

/**
 * @typedef {object} OwnActions
 * @property {(change: { name?: string, team?: string }) => void} form
 * @property {() => void} call
 * @property {() => void} chat begins one
 * @property {(text: string) => void} compose
 * @property {(text: string) => void} write sends it
 * @property {() => void} earlier
 * @property {(open: boolean) => void} menu
 * @property {(format: "html" | "text") => void} saveChat
 * @property {() => void} raise calls beside the chat, or writes beside the call
 * @property {() => void} declineCall would rather write than take the call that is offered
 * @property {() => void} endChat
 * @property {() => void} writeAgain returns to a chat that is over
 * @property {() => void} putAway leads back to the form
 * @property {() => void} again
 * @property {(muted: boolean) => void} mute
 * @property {() => void} hangUp
 * @property {() => void} retryMicrophone
 * @property {() => void} resumeSound
 * @property {(files: File[]) => void} attach files were chosen
 * @property {(id: string) => void} detach
 * @property {() => void} prepareFiles files are about to be chosen
 * @property {(id: string) => void} cancelUpload
 * @property {(id: string) => void} retryUpload
 *
 * @typedef {OwnActions & FileActions} Actions
 */

/**
 * @param {Element} root
 * @param {State} state
 * @param {Actions} actions
 */
export function render(root, state, actions) {
  mount(
    root,
    h(
      "main",
      { class: state.embedded ? "page embedded" : "page" },
      state.embedded
        ? null
        : h("div", { key: "brand", class: "brand" }, mark(), h("span", null, "Trefoil")),
      h(
        "section",
        {
          key: "screen",
          class: state.screen === "chat" ? "card caller chatting" : "card caller",
          "data-testid": "screen",
          "data-drop": state.screen === "chat" && state.chat?.over === null,
          "data-screen": state.screen,
        },
        screen(state, actions),
      ),
      h("p", { key: "foot", class: "soft small" }, "What you say and write travels encrypted."),
    ),
    pictureDialog(state.picture, actions.closePicture),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 * @returns {Child}
 */
function screen(state, actions) {
  switch (state.screen) {
    case "loading":
      return h("p", { class: "soft", role: "status" }, "One moment…");
    case "form":
      return form(state, actions);
    case "calling":
    case "call":
      return call(state, actions);
    case "chat":
      return state.chat === null ? null : chatScreen(state, state.chat, actions);
    case "ended":
      return ended(state, actions);
  }
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function form(state, actions) {
  if (!state.canCall) {
    const text = "This page needs a link with a token, or a server in demo mode.";
    return [h("h1", null, "Call us"), h("p", { class: "error", "data-testid": "no-token" }, text)];
  }
  const { voice } = media(state);
  const usual = voice ? "Call us" : "Write to us";
  const missing = !state.named && state.name.trim() === "" ? "Tell us your name first" : null;
  return h(
    "form",
    {
      class: "form",
      "data-testid": "call-form",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (missing !== null || state.busy !== null) return;
        if (voice) actions.call();
        else actions.chat();
      },
    },
    h("h1", { tabindex: "-1", "data-focus": true }, state.channel?.name ?? usual),
    greeting(state),
    voice
      ? h("p", { class: "soft" }, "You speak from this page. All you need is a microphone.")
      : null,
    state.error === null ? null : failure(state.error),
    state.named ? null : nameField(state, actions),
    teamField(state, actions),
    ways(state, actions, missing),
  );
}

/**
 * The buttons by which one begins.
 *
 * @param {State} state
 * @param {Actions} actions
 * @param {string | null} missing
 */
function ways(state, actions, missing) {
  const { voice, chat } = media(state);
  return [
    voice
      ? button({
          testid: "call",
          label: "Call",
          icon: "phone",
          look: "primary",
          type: "submit",
          blocked: missing,
          act: () => {},
        })
      : null,
    chat
      ? button({
          testid: "chat",
          label: voice ? "Write instead" : "Write to us",
          icon: "chat",
          look: voice ? "plain" : "primary",
          type: voice ? "button" : "submit",
          blocked: missing,
          busy: state.busy === "chat",
          act: voice ? actions.chat : () => {},
        })
      : null,
  ];
}

/** @param {State} state */
function greeting({ channel }) {
  if (channel?.texts.greeting === undefined) return null;
  return h("p", { class: "told", "data-testid": "greeting" }, channel.texts.greeting);
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function nameField(state, actions) {
  return h(
    "label",
    { class: "field" },
    "Your name",
    h("input", {
      class: "input",
      name: "name",
      autocomplete: "name",
      maxlength: 60,
      "data-testid": "name",
      value: state.name,
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) =>
        actions.form({ name: target.value }),
    }),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function teamField(state, actions) {
  if (state.channel !== null || state.teams.length === 0) return null;
  return h(
    "label",
    { class: "field" },
    "Whom would you like to reach?",
    h(
      "select",
      {
        "data-testid": "team",
        value: state.team,
        onchange: (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
          actions.form({ team: target.value }),
      },
      state.teams.map(({ id, name }) =>
        h("option", { key: id, value: id, selected: id === state.team }, name),
      ),
    ),
  );
}

/** @type {Readonly<Record<Situation, readonly [icon: IconName, line: string]>>} */
const SITUATIONS = {
  calling: ["phone", "Setting up the sound…"],
  waiting: ["music", "You hear music until somebody is free."],
  talking: ["sound", "You can speak now."],
  held: ["music", "You hear music. Your agent will be right back."],
  handover: ["music", "You hear music until your agent is there."],
  reconnecting: ["link", "Your place in the call is kept."],
};

/**
 * @param {State} state
 * @param {Actions} actions
 */
function call(state, actions) {
  const now = situation(state);
  const [picture, usual] = SITUATIONS[now];
  const wait = now === "waiting" ? state.view?.wait : null;
  const own = wait ? waitingText(state.channel?.texts ?? {}, wait) : null;
  const line = own ?? (wait ? `${waitText(wait)} ${usual}` : usual);
  return [
    h(
      "div",
      { key: "picture", class: `picture ${now}`, "aria-hidden": "true" },
      icon(picture),
      now === "talking" || now === "reconnecting" ? null : h("span", { class: "pulse" }),
    ),
    h(
      "div",
      { key: "words", role: "status", class: "words" },
      h(
        "h1",
        { tabindex: "-1", "data-focus": true, "data-testid": "state", "data-state": now },
        title(state, now),
      ),
      h("p", { class: "soft told", "data-testid": "line" }, line),
    ),
    state.view === null
      ? null
      : h(
          "p",
          { key: "time", class: "big-time", role: "timer", "data-testid": "elapsed" },
          clock(
            state.now +
              (state.ahead ?? 0) -
              (state.view.answered_at_ms ?? state.view.started_at_ms),
          ),
        ),
    troubles(state, actions),
    microphone(state),
    buttons(state, actions),
  ];
}

/**
 * @param {State} state
 * @param {Situation} now
 */
function title(state, now) {
  const names = state.view === null ? [] : talkers(state.view);
  const texts = {
    calling: "Calling…",
    waiting: "Waiting for an agent",
    talking: names.length === 0 ? "Connected" : `Talking with ${names.join(" and ")}`,
    held: "On hold",
    handover: "One moment please",
    reconnecting: "Reconnecting…",
  };
  return texts[now];
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function troubles(state, actions) {
  return [
    state.error === null ? null : failure(state.error),
    state.microphoneError === null
      ? null
      : h(
          "div",
          { key: "microphone-error", class: "stack trouble" },
          failure(state.microphoneError),
          button({ testid: "microphone-retry", label: "Try again", act: actions.retryMicrophone }),
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

/** @param {State} state */
function microphone(state) {
  return h(
    "div",
    { key: "level", class: "level-line" },
    icon(muted(state) ? "micOff" : "mic"),
    h("meter", {
      class: "level",
      min: 0,
      max: 1,
      "data-testid": "level",
      "aria-label": "Your microphone",
      value: muted(state) ? 0 : Math.round(state.level * 100) / 100,
    }),
    h("span", { class: "soft small" }, muted(state) ? "Muted" : "Microphone"),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function buttons(state, actions) {
  const offline = state.connection === "live" ? null : "Reconnecting, one moment";
  const off = state.view === null ? "The call is being set up" : offline;
  return h(
    "div",
    { key: "buttons", class: "call-buttons" },
    button({
      testid: "mute",
      label: muted(state) ? "Unmute" : "Mute",
      icon: muted(state) ? "micOff" : "mic",
      pressed: muted(state),
      blocked: off,
      act: () => actions.mute(!muted(state)),
    }),
    state.view?.actions.some(({ action, enabled }) => action === "raise" && enabled)
      ? button({
          testid: "raise",
          label: "Write",
          describe: "Write to us, beside this call",
          icon: "chat",
          blocked: off,
          busy: state.busy === "chat",
          act: actions.raise,
        })
      : null,
    button({
      testid: "hang-up",
      label: "Hang up",
      icon: "phoneDown",
      look: "danger",
      blocked: off,
      act: actions.hangUp,
    }),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function ended(state, actions) {
  const view = state.view;
  const length =
    view?.answered_at_ms && view.ended ? clock(view.ended.at_ms - view.answered_at_ms) : null;
  return [
    h("div", { key: "picture", class: "picture over", "aria-hidden": "true" }, icon("check")),
    h(
      "div",
      { key: "words", role: "status", class: "words" },
      h("h1", { tabindex: "-1", "data-focus": true }, "Goodbye"),
      h("p", { class: "soft", "data-testid": "end-reason" }, farewell(state)),
      length === null ? null : h("p", { class: "soft" }, `You talked for ${length}.`),
    ),
    button({
      testid: "call-again",
      label: "Call again",
      icon: "phone",
      look: "primary",
      act: actions.again,
    }),
  ];
}
