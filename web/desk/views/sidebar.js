import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { timeOfDay } from "../../page/words.js";
import { colleagues } from "./colleagues.js";
import { conversations } from "./conversations.js";
import { queues } from "./queues.js";
/** @import { News, State, Tone } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { IconName } from "../../page/icons.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function sidebar(state, actions) {
  return h(
    "aside",
    { class: "sidebar", "aria-label": "Conversations, queues and colleagues" },
    conversations(state, actions),
    queues(state, actions),
    colleagues(state, actions),
    history(state),
  );
}

/** @param {State} state */
function history(state) {
  if (state.history.length === 0) return null;
  return h(
    "section",
    { class: "card panel", "data-testid": "history" },
    h("h2", null, "What happened"),
    h(
      "ol",
      { class: "rows history", tabindex: 0, "aria-label": "What happened, newest first" },
      state.history.map((news) =>
        h(
          "li",
          { key: news.id, class: "row-line" },
          h("time", { class: "soft" }, timeOfDay(news.at)),
          h("span", { class: "grow" }, news.text),
        ),
      ),
    ),
  );
}

/** @type {Readonly<Record<Tone, IconName>>} */
const TONE_ICONS = { info: "bell", good: "check", warn: "warning" };

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function toasts(state, actions) {
  return h(
    "ul",
    { class: "toasts", "aria-live": "polite", "aria-label": "News", "data-testid": "toasts" },
    state.toasts.map((news) => toast(news, actions)),
  );
}

/**
 * @param {News} news
 * @param {Actions} actions
 */
function toast(news, actions) {
  return h(
    "li",
    { key: news.id, class: `toast ${news.tone}`, "data-testid": "toast" },
    icon(TONE_ICONS[news.tone]),
    h("span", { class: "grow" }, news.text),
    button({
      testid: "toast-dismiss",
      label: "",
      describe: "Dismiss",
      icon: "close",
      look: "quiet",
      act: () => actions.dispatch({ type: "dismiss", id: news.id }),
    }),
  );
}
