import { h } from "./dom.js";

/** Drawn on a 24 by 24 grid with a 1.8 pen. */
const PATHS = {
  phone:
    "M5 4h3.5l1.7 4.3-2.1 1.6a12 12 0 0 0 6 6l1.6-2.1L20 15.5V19a1.8 1.8 0 0 1-2 1.8A15.6" +
    " 15.6 0 0 1 3.2 6 1.8 1.8 0 0 1 5 4z",
  phoneDown: "M2.8 14.2c5-5 13.4-5 18.4 0l-1.9 2.7-3.9-1.5v-2.5a12 12 0 0 0-6.8 0v2.5L4.7 16.9z",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7-11 7z",
  mic:
    "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0" +
    "M12 17.5V21",
  micOff:
    "M9 9v2a3 3 0 0 0 5 2.2M15 10V6a3 3 0 0 0-5.7-1.3M5.5 11a6.5 6.5 0 0 0 10.5 5.1" +
    "M18.5 11a6.5 6.5 0 0 1-.5 2.5M12 17.5V21M4 4l16 16",
  transfer: "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
  merge: "M6 4v3a5 5 0 0 0 5 5h7M6 20v-3a5 5 0 0 1 5-5M15 9l3 3-3 3",
  swap: "M7 4v16M7 4L3.5 7.5M7 4l3.5 3.5M17 20V4M17 20l-3.5-3.5M17 20l3.5-3.5",
  check: "M4.5 12.5l5 5 10-11",
  checks: "M2 12.5l4.5 4.5 8.5-10M11.5 15.5l1.5 1.5 9-10",
  leave: "M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M10 8l-5 4 5 4M5 12h10",
  close: "M6 6l12 12M18 6L6 18",
  music:
    "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z" +
    "M19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  help:
    "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.1" +
    "M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z",
  link:
    "M4 12a8 8 0 0 1 8-8M20 12a8 8 0 0 1-8 8M8 12a4 4 0 0 1 4-4M16 12a4 4 0 0 1-4 4M12 12v.1",
  headset:
    "M4 14v-2a8 8 0 0 1 16 0v2M4 14a1.5 1.5 0 0 1 3 0v3a1.5 1.5 0 0 1-3 0z" +
    "M17 14a1.5 1.5 0 0 1 3 0v3a1.5 1.5 0 0 1-3 0zM18.5 18.5c0 1.5-1.5 2.5-4 2.5H13",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0" +
    "M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14a6.5 6.5 0 0 1 3.5 6",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.3v.1",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20",
  retry: "M20 12a8 8 0 1 1-2.5-5.8M20 3v4.5h-4.5",
  eye:
    "M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12z" +
    "M12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z",
  whisper: "M4 5h16v11h-8l-4.5 3.5V16H4zM8.5 10.5h7",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
  chat: "M4 5h16v11h-8l-4.5 3.5V16H4zM8 9h8M8 12.2h5",
  send: "M4 11.5L20 4l-5 16-3.5-6.5zM11.5 13.5L20 4",
  note: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  reply: "M13 3L5 13.5h5.5L9 21l9-11h-6z",
  up: "M12 19V5M6 11l6-6 6 6",
  file: "M13 3H6v18h12V8zM13 3v5h5",
  clip:
    "M19 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5L13 4.5a3.1 3.1 0 0 1 4.4 4.4l-8 8" +
    "a1.5 1.5 0 0 1-2.1-2.2l7.2-7.2",
  save: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.6v.1",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * A picture beside a word; it says nothing that the word does not.
 *
 * @param {IconName} name
 */
export function icon(name) {
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("path", { d: PATHS[name] }),
  );
}

/** The mark of the house: three leaves. */
export function mark() {
  return h(
    "svg",
    { class: "mark", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("circle", { cx: 12, cy: 7.2, r: 4.7 }),
    h("circle", { cx: 7.2, cy: 14.4, r: 4.7 }),
    h("circle", { cx: 16.8, cy: 14.4, r: 4.7 }),
    h("path", { d: "M12 13c0 4 .8 6.5 2.8 9", class: "stem" }),
  );
}
