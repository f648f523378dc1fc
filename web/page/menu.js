import { h } from "./dom.js";
import { icon } from "./icons.js";
/** @import { Child } from "./dom.js" */

/**
 * @typedef {object} MenuItem
 * @property {string} id
 * @property {string} label
 * @property {string} [hint] a second line
 * @property {boolean} [checked] of one of several that can be; an item without it does something
 * @property {string} [group] what it is one of, where the menu has several choices
 *
 * @typedef {object} MenuOptions
 * @property {string} testid of the button; that of an item is `<testid>-<id>`
 * @property {string} name what is chosen, for those who do not see where it stands
 * @property {Child} face what the button shows
 * @property {readonly MenuItem[]} items
 * @property {boolean} open
 * @property {string | null} blocked why nothing can be chosen
 * @property {Readonly<Record<string, string | undefined>>} [data] more attributes of the button
 * @property {(open: boolean) => void} toggle
 * @property {(id: string) => void} choose
 */

/**
 * A button with a menu of what can be chosen or done: with arrow keys, Home, End or the first
 * letter, Enter or Space; Escape and Tab leave it.
 *
 * @param {MenuOptions} options
 */
export function menuButton(options) {
  const { testid, open, blocked } = options;
  return h(
    "div",
    {
      class: "menu",
      // The focus went on to another part of the page.
      onfocusout: (/** @type {FocusEvent} */ event) => {
        const menu = /** @type {HTMLElement} */ (event.currentTarget);
        const next = /** @type {Node | null} */ (event.relatedTarget);
        if (open && (next === null || !menu.contains(next))) options.toggle(false);
      },
    },
    h(
      "button",
      {
        type: "button",
        class: "button menu-button",
        "data-testid": testid,
        ...options.data,
        id: `${testid}-button`,
        "aria-haspopup": "menu",
        "aria-expanded": String(open),
        "aria-controls": open ? `${testid}-menu` : null,
        "aria-disabled": blocked === null ? null : "true",
        "aria-description": blocked,
        "data-tip": blocked,
        onclick: (/** @type {MouseEvent} */ event) => {
          if (blocked !== null) return;
          options.toggle(!open);
          if (!open) focusItem(event.currentTarget, "checked");
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (blocked !== null || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
          event.preventDefault();
          options.toggle(true);
          focusItem(event.currentTarget, event.key === "ArrowUp" ? "last" : "first");
        },
      },
      h("span", { class: "visually-hidden" }, `${options.name}: `),
      options.face,
      h("span", { class: "menu-arrow", "aria-hidden": "true" }),
    ),
    open ? items(options) : null,
  );
}

/** @param {MenuOptions} options */
function items(options) {
  return h(
    "div",
    {
      key: "menu",
      class: "menu-items",
      role: "menu",
      id: `${options.testid}-menu`,
      "aria-labelledby": `${options.testid}-button`,
      onkeydown: (/** @type {KeyboardEvent} */ event) => pressed(event, options),
    },
    options.items.map((item, at) => [
      item.group === undefined || item.group === options.items[at - 1]?.group
        ? null
        : heading(item.group),
      h(
        "button",
        {
          key: item.id,
          type: "button",
          class: "menu-item",
          role: item.checked === undefined ? "menuitem" : "menuitemradio",
          tabindex: "-1",
          "aria-checked": item.checked === undefined ? null : String(item.checked),
          "aria-label": item.group === undefined ? null : `${item.group}: ${item.label}`,
          "data-testid": `${options.testid}-${item.id}`,
          onclick: (/** @type {MouseEvent} */ event) => {
            back(event.currentTarget);
            options.toggle(false);
            if (!item.checked) options.choose(item.id);
          },
        },
        h("span", { class: "menu-check" }, item.checked ? icon("check") : null),
        h(
          "span",
          { class: "stack" },
          h("span", null, item.label),
          item.hint === undefined ? null : h("span", { class: "soft" }, item.hint),
        ),
      ),
    ]),
  );
}

/** @param {string} group */
function heading(group) {
  return h("div", { key: `in ${group}`, class: "menu-group", role: "presentation" }, group);
}

/**
 * @param {KeyboardEvent} event
 * @param {MenuOptions} options
 */
function pressed(event, options) {
  // Nothing typed here is a shortcut of the page.
  event.stopPropagation();
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const all = itemsOf(menu);
  const at = all.indexOf(/** @type {HTMLElement} */ (menu.ownerDocument.activeElement));
  const next = neighbour(event.key, at, options.items);
  if (event.key === "Escape" || event.key === "Tab") {
    back(menu);
    options.toggle(false);
    // From the button, Tab goes on to what follows it.
    if (event.key === "Escape") event.preventDefault();
  } else if (next !== null) {
    event.preventDefault();
    all[next]?.focus();
  }
}

/**
 * Which item a key leads to, null for keys that lead to none.
 *
 * @param {string} key
 * @param {number} at
 * @param {readonly MenuItem[]} items
 */
export function neighbour(key, at, items) {
  const { length } = items;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % length;
    case "ArrowUp":
      return (at - 1 + length) % length;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default: {
      if (key.length !== 1 || key === " ") return null;
      const starts = (/** @type {number} */ one) =>
        items[one]?.label.toLowerCase().startsWith(key.toLowerCase());
      const order = items.map((_, step) => (at + 1 + step) % length);
      return order.find(starts) ?? null;
    }
  }
}

/** @param {Element} menu */
function itemsOf(menu) {
  return /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role^=menuitem]")]);
}

/**
 * @param {EventTarget | null} button
 * @param {"first" | "last" | "checked"} which
 */
function focusItem(button, which) {
  const menu = /** @type {Element | null} */ (button)?.parentElement;
  // Behind the drawing that shows the items.
  queueMicrotask(() => {
    const all = menu === null || menu === undefined ? [] : itemsOf(menu);
    const checked = all.find((item) => item.ariaChecked === "true");
    (which === "last" ? all.at(-1) : which === "first" ? all[0] : (checked ?? all[0]))?.focus();
  });
}

/**
 * Gives the focus back to the button, before the items go.
 *
 * @param {EventTarget | null} within
 */
function back(within) {
  const menu = /** @type {Element | null} */ (within)?.closest(".menu");
  /** @type {HTMLElement | null | undefined} */ (menu?.querySelector(".menu-button"))?.focus();
}
