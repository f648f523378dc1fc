/**
 * Views as plain data, and the one function that brings the page to what a view says.
 *
 * Elements are kept where tag and key agree, so that focus, selection and running animations
 * survive a render. Text only ever becomes text nodes.
 *
 * @typedef {string | number | boolean | null | undefined | ((event: any) => void)
 *   | Record<string, string>} Value
 * @typedef {object} VNode
 * @property {string} tag
 * @property {Readonly<Record<string, Value>>} props attributes; `on...` handlers; `key`; `vars`
 *   (custom CSS properties); `modal` (shows a dialog); `value`, `checked` and such as properties
 * @property {readonly (VNode | string)[]} children
 * @typedef {VNode | string | number | false | null | undefined | readonly any[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set([
  "svg",
  "path",
  "circle",
  "line",
  "g",
  "rect",
  "polyline",
  "text",
  "title",
]);
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden"]);

/** @type {WeakMap<Node, VNode>} what each element was last rendered from */
const rendered = new WeakMap();

/**
 * @param {string} tag
 * @param {Readonly<Record<string, Value>> | null} [props]
 * @param {...Child} children
 * @returns {VNode}
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flat(children) };
}

/**
 * Brings the children of `root` to `children`.
 *
 * @param {Element} root
 * @param {...Child} children
 */
export function mount(root, ...children) {
  reconcile(root, flat(children));
}

/**
 * @param {readonly Child[]} children
 * @returns {(VNode | string)[]}
 */
function flat(children) {
  /** @type {(VNode | string)[]} */
  const out = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (Array.isArray(child)) out.push(...flat(child));
    else if (typeof child === "object") out.push(/** @type {VNode} */ (child));
    else out.push(String(child));
  }
  return out;
}

/**
 * @param {Element} root
 * @param {readonly (VNode | string)[]} wanted
 */
function reconcile(root, wanted) {
  /** @type {Map<unknown, ChildNode>} */
  const keyed = new Map();
  for (const node of root.childNodes) {
    const key = rendered.get(node)?.props["key"];
    if (key !== undefined) keyed.set(key, node);
  }
  let place = root.firstChild;
  for (const want of wanted) {
    const key = typeof want === "string" ? undefined : want.props["key"];
    const candidate = key === undefined ? place : (keyed.get(key) ?? null);
    const node = reusable(candidate, want) ? candidate : null;
    if (node !== null && node === place) {
      place = place.nextSibling;
      update(node, want);
    } else if (node !== null) {
      root.insertBefore(node, place);
      update(node, want);
    } else {
      root.insertBefore(create(want), place);
    }
  }
  while (place !== null) {
    const next = place.nextSibling;
    // Closing first gives the focus back to where it was.
    if (place instanceof HTMLDialogElement) place.close();
    place.remove();
    place = next;
  }
}

/**
 * @param {ChildNode | null} node
 * @param {VNode | string} want
 * @returns {node is ChildNode}
 */
function reusable(node, want) {
  if (node === null) return false;
  if (typeof want === "string") return node.nodeType === 3;
  const was = rendered.get(node);
  return was !== undefined && was.tag === want.tag && was.props["key"] === want.props["key"];
}

/** @param {VNode | string} want */
function create(want) {
  if (typeof want === "string") return document.createTextNode(want);
  const node = SVG_TAGS.has(want.tag)
    ? document.createElementNS(SVG, want.tag)
    : document.createElement(want.tag);
  update(node, want);
  return node;
}

/**
 * @param {ChildNode} node
 * @param {VNode | string} want
 */
function update(node, want) {
  if (typeof want === "string") {
    if (node.textContent !== want) node.textContent = want;
    return;
  }
  // What is the same data as before looks the same.
  if (rendered.get(node) === want) return;
  const element = /** @type {HTMLElement} */ (node);
  const before = rendered.get(node)?.props ?? {};
  reconcile(element, want.children);
  for (const name of Object.keys(before)) {
    if (!(name in want.props)) apply(element, name, undefined, before[name]);
  }
  for (const [name, value] of Object.entries(want.props)) {
    if (value !== before[name]) apply(element, name, value, before[name]);
  }
  rendered.set(node, want);
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {Value} value
 * @param {Value} before
 */
function apply(element, name, value, before) {
  if (name === "key") return;
  if (name === "modal") {
    const dialog = /** @type {HTMLDialogElement} */ (element);
    // Only a connected dialog can be shown.
    queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
    return;
  }
  if (name === "vars") {
    for (const [property, text] of Object.entries(value ?? {})) {
      element.style.setProperty(property, text);
    }
  } else if (name.startsWith("on")) {
    const type = name.slice(2);
    if (typeof before === "function") element.removeEventListener(type, before);
    if (typeof value === "function") element.addEventListener(type, value);
  } else if (PROPERTIES.has(name)) {
    const live = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (element));
    if (live[name] !== value) live[name] = value ?? (name === "value" ? "" : false);
  } else if (value === undefined || value === null || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}
