import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { initials } from "../../page/words.js";
import { heardBy } from "../hears.js";
/** @import { State } from "../store.js" */
/** @import { ConversationView, Observer, Participant } from "../../client/types.js" */

/** Places for two and for three people. */
const PLACES = /** @type {const} */ ({
  2: [
    [45, 50],
    [195, 50],
  ],
  3: [
    [120, 26],
    [40, 104],
    [200, 104],
  ],
});
/** Below them, places for one and for two who observe. */
const BELOW = /** @type {const} */ ({ 1: [120], 2: [85, 155] });
const RADIUS = 20;

/**
 * Who hears whom: a small picture, and the same in words.
 *
 * @param {State} _state
 * @param {ConversationView} view
 */
export function hearingPicture(_state, view) {
  const people = ordered(view);
  const observers = (view.observers ?? []).slice(0, 2);
  const me = observers.find(({ id }) => id === view.you);
  return h(
    "section",
    { class: "hearing", "aria-label": "Who hears whom", "data-testid": "hearing" },
    people.length < 2 ? null : picture(view, people, observers),
    h(
      "ul",
      { class: "hearing-words" },
      people.map((one) => sentence(view, [...people, ...observers], one)),
      me === undefined ? null : sentence(view, people, me),
    ),
  );
}

/**
 * The customer first, oneself last.
 *
 * @param {ConversationView} view
 */
function ordered(view) {
  const rank = (/** @type {Participant} */ one) =>
    one.role === "customer" ? 0 : one.id === view.you ? 1 : 2;
  return view.participants.toSorted((a, b) => rank(a) - rank(b)).slice(0, 3);
}

/**
 * @param {ConversationView} view
 * @param {Participant[]} people
 * @param {Observer[]} observers
 */
function picture(view, people, observers) {
  const places = PLACES[people.length === 2 ? 2 : 3];
  const lines = people.flatMap((a, i) =>
    people.slice(i + 1).map((b, k) => {
      const [from, to] = [places[i], places[i + 1 + k]];
      return from && to ? line(view, a, b, from, to) : null;
    }),
  );
  const height = (people.length === 2 ? 100 : 130) + (observers.length > 0 ? 48 : 0);
  const below = height - 26;
  const across = BELOW[observers.length === 2 ? 2 : 1];
  return h(
    "svg",
    { class: "hearing-picture", viewBox: `0 0 240 ${height}`, "aria-hidden": "true" },
    lines,
    people.map((one, i) => node(view, one, places[i] ?? [120, 60])),
    observers.map((one, i) => {
      const place = /** @type {const} */ ([across[i] ?? 120, below]);
      const coached = people.findIndex(({ id }) => id === one.agent);
      const [agent, at] = [people[coached], places[coached]];
      // That an observer hears everybody goes without a line: one shows who hears it.
      return [agent && at ? line(view, one, agent, place, at) : null, observerNode(one, place)];
    }),
  );
}

/**
 * A line where somebody hears: with a gap and one arrow if it goes one way only.
 *
 * @param {ConversationView} view
 * @param {{ id: string }} a
 * @param {{ id: string }} b
 * @param {readonly [number, number]} from
 * @param {readonly [number, number]} to
 */
function line(view, a, b, from, to) {
  const forth = heardBy(view, b.id).hears.includes(a.id);
  const back = heardBy(view, a.id).hears.includes(b.id);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [dx, dy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const inset = RADIUS + 6;
  const [x1, y1] = [from[0] + dx * inset, from[1] + dy * inset];
  const [x2, y2] = [to[0] - dx * inset, to[1] - dy * inset];
  const look = forth && back ? "talk both" : forth || back ? "talk one" : "talk none";
  return h(
    "g",
    { key: `${a.id} ${b.id}`, class: look },
    h("line", { x1, y1, x2, y2 }),
    forth ? arrow(x2, y2, dx, dy) : null,
    back ? arrow(x1, y1, -dx, -dy) : null,
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function arrow(x, y, dx, dy) {
  const [bx, by] = [x - dx * 8, y - dy * 8];
  const points = `${bx - dy * 5},${by + dx * 5} ${x},${y} ${bx + dy * 5},${by - dx * 5}`;
  return h("polyline", { points });
}

/**
 * @param {ConversationView} view
 * @param {Participant} one
 * @param {readonly [number, number]} place
 */
function node(view, one, [x, y]) {
  const { clip } = heardBy(view, one.id);
  const look = `node ${one.role} ${one.held === null ? "" : "held"} ${one.presence}`;
  return h(
    "g",
    { key: one.id, class: look },
    h("circle", { cx: x, cy: y, r: RADIUS }),
    h("text", { x, y: y + 5 }, initials(one.name)),
    clip === null ? null : h("text", { class: "clip", x: x + RADIUS + 7, y: y - 9 }, "♪"),
  );
}

/**
 * @param {Observer} one
 * @param {readonly [number, number]} place
 */
function observerNode(one, [x, y]) {
  return h(
    "g",
    { key: one.id, class: `node observer ${one.presence}` },
    h("circle", { cx: x, cy: y, r: RADIUS - 3 }),
    h("text", { x, y: y + 5 }, initials(one.name)),
  );
}

/**
 * @param {ConversationView} view
 * @param {readonly { id: string, name: string }[]} people
 * @param {{ id: string, name: string }} one
 */
function sentence(view, people, one) {
  const { hears, clip } = heardBy(view, one.id);
  const self = one.id === view.you;
  const subject = self ? "You hear" : `${one.name} hears`;
  const objects = people
    .filter(({ id }) => hears.includes(id))
    .map(({ id, name }) => (id === view.you ? "you" : name));
  const text =
    clip === "music"
      ? "music"
      : clip === "ringback"
        ? "the ringing"
        : objects.length === 0
          ? "nobody"
          : objects.join(" and ");
  return h(
    "li",
    {
      key: one.id,
      "data-testid": `hears-${one.id}`,
      "data-hears": clip ?? hears.toSorted().join(" "),
    },
    icon(clip === null ? "sound" : "music"),
    h("span", null, `${subject} `, h("strong", null, text)),
  );
}
