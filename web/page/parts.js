import { h } from "./dom.js";
import { icon } from "./icons.js";
import { initials } from "./words.js";
/** @import { IconName } from "./icons.js" */
/** @import { Child } from "./dom.js" */

/**
 * @typedef {"plain" | "primary" | "danger" | "quiet" | "tile"} Look
 *
 * @typedef {object} ButtonOptions
 * @property {string} testid
 * @property {string} label
 * @property {() => void} act
 * @property {IconName} [icon]
 * @property {Look | `tile ${Look}`} [look]
 * @property {string} [shortcut] the key that does the same
 * @property {string | null} [blocked] why it cannot be used; still reachable, so that this is heard
 * @property {boolean} [pressed] for a button that stays down
 * @property {boolean} [busy] its command is on its way
 * @property {string} [describe] a longer name for those who do not see the place it stands in
 * @property {string} [type]
 */

/** @param {ButtonOptions} options */
export function button(options) {
  const { label, blocked = null, busy = false, look = "plain", shortcut } = options;
  const off = blocked !== null || busy;
  return h(
    "button",
    {
      type: options.type ?? "button",
      class: `button ${look}`,
      "data-testid": options.testid,
      "data-tip": blocked,
      "aria-disabled": off ? "true" : null,
      "aria-description": blocked,
      "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
      "aria-label": options.describe,
      "aria-keyshortcuts": shortcut,
      "data-busy": busy,
      onclick: (/** @type {Event} */ event) => {
        if (off) event.preventDefault();
        else options.act();
      },
    },
    options.icon === undefined ? null : icon(options.icon),
    h("span", { class: "button-label" }, label),
    shortcut === undefined
      ? null // Drawn by the style sheet: a letter that is no text is no part of the name.
      : h("span", { class: "key", "data-key": shortcut, "aria-hidden": "true" }),
  );
}

/**
 * @param {string} name
 * @param {string} [look]
 */
export function avatar(name, look = "") {
  return h("span", { class: `avatar ${look}`, "aria-hidden": "true" }, initials(name));
}

/**
 * A small fact with a picture: never told by colour alone.
 *
 * @param {IconName} picture
 * @param {string} text
 * @param {string} [look]
 * @param {string} [testid]
 */
export function chip(picture, text, look = "", testid = undefined) {
  return h("span", { class: `chip ${look}`, "data-testid": testid }, icon(picture), text);
}

/**
 * A ring that runs out.
 *
 * @param {number} left from 1 to 0
 * @param {string} text
 * @param {string} testid
 */
export function countdown(left, text, testid) {
  const part = Math.min(1, Math.max(0, left));
  return h(
    "span",
    { class: "countdown", role: "timer", "aria-live": "off", vars: { "--left": part.toFixed(3) } },
    h("span", { class: "countdown-text", "data-testid": testid }, text),
  );
}

/**
 * @param {string} testid
 * @param {string} title
 * @param {() => void} close
 * @param {...Child} children
 */
export function modal(testid, title, close, ...children) {
  return h(
    "dialog",
    {
      key: testid,
      class: "dialog",
      modal: true,
      "data-testid": testid,
      "aria-label": title,
      oncancel: (/** @type {Event} */ event) => {
        event.preventDefault();
        close();
      },
    },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", null, title),
      button({
        testid: `${testid}-close`,
        label: "",
        describe: "Close",
        icon: "close",
        look: "quiet",
        act: close,
      }),
    ),
    children,
  );
}
