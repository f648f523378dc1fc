import assert from "node:assert/strict";
import { INITIAL, reduce } from "../desk/store.js";
import { BOB, desk } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { Actions } from "../desk/actions.js" */
/** @import { StoreEvent } from "../desk/store.js" */

/** A desk as data: what is drawn, what is pressed, and what that asks for. */

/** @param {...StoreEvent} events */
export function atDesk(...events) {
  /** @type {StoreEvent[]} */
  const before = [
    { type: "tick", now: 10_000 },
    { type: "signed_in", person: { id: BOB, role: "agent", name: "Bob" } },
    { type: "connection", state: "live" },
    { type: "desk", desk: desk() },
  ];
  return [...before, ...events].reduce(reduce, INITIAL);
}

/** Actions that write down what was asked of them. */
export function recorder() {
  /** @type {unknown[][]} */
  const asked = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...given) =>
      void asked.push([name, ...given]);
  const actions = new Proxy({}, { get: (_, name) => note(String(name)) });
  return { asked, actions: /** @type {Actions} */ (actions) };
}

/**
 * @param {VNode | string | null} node
 * @param {string} testid
 * @returns {VNode | undefined}
 */
export function find(node, testid) {
  if (node === null || typeof node === "string") return undefined;
  if (node.props["data-testid"] === testid) return node;
  for (const child of node.children) {
    const found = find(child, testid);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param {VNode | string | undefined} node
 * @returns {string}
 */
export function textOf(node) {
  if (node === undefined) return "";
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}

/**
 * @param {VNode} root
 * @param {string} testid
 */
export function click(root, testid) {
  const handler = find(root, testid)?.props["onclick"];
  assert.ok(typeof handler === "function", `${testid} is there`);
  handler({ preventDefault() {} });
}
