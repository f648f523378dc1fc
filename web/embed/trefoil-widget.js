/**
 * Puts a button at the bottom of any page, behind which customers write and call:
 *
 *   <script src="https://voice.example/embed/trefoil-widget.js" data-channel="shop" async></script>
 *
 * `data-channel` or `data-team` says whom they reach, `data-server` where Trefoil is (where this
 * script came from, if absent), `data-token` who they are, `data-name` what they are called,
 * `data-label` what stands on the button.
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { channel, team, token, name, label = "Chat with us", server } = script.dataset;
  const origin = new URL(server ?? script.src, location.href).origin;
  /** Whether it was open, or a conversation goes on, when the page before this one was left. */
  const KEPT = "trefoil.widget";

  const STYLE = `
    :host { all: initial; }
    .place {
      position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
      display: flex; flex-direction: column; gap: 12px; align-items: flex-end;
      font: 600 16px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
    }
    .panel {
      position: relative; box-sizing: border-box; overflow: hidden;
      inline-size: min(400px, calc(100vw - 40px));
      block-size: min(640px, calc(100dvh - 108px));
      background: Canvas; border: 1px solid rgb(128 128 128 / 40%); border-radius: 18px;
      box-shadow: 0 4px 12px rgb(0 0 0 / 12%), 0 24px 64px rgb(0 0 0 / 22%);
    }
    .panel[hidden] { display: none; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
    button { font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px; }
    .open {
      display: inline-flex; gap: 10px; align-items: center; min-block-size: 52px;
      padding: 12px 22px; color: #fff; background: #23704f; border: 0; border-radius: 26px;
      box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
    }
    .open:hover { background: #1c5c41; }
    .open svg { inline-size: 22px; block-size: 22px; fill: none; stroke: currentColor;
      stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    .count {
      min-inline-size: 22px; padding: 3px 6px; box-sizing: border-box; font-size: 13px;
      text-align: center; color: #fff; background: #ad2f2a; border-radius: 11px;
    }
    .count[hidden] { display: none; }
    .heard {
      position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
      clip-path: inset(50%); white-space: nowrap;
    }
    .close {
      position: absolute; inset-block-start: 10px; inset-inline-end: 10px; padding: 0;
      inline-size: 40px; block-size: 40px; font-size: 22px; line-height: 1;
      color: inherit; background: transparent; border: 0; border-radius: 50%;
    }
    .close:hover { background: rgb(128 128 128 / 20%); }
    @media (max-width: 480px) {
      .place.shown { inset: 0; }
      .place.shown .panel { inline-size: 100%; block-size: 100%; border: 0; border-radius: 0; }
      .place.shown .open { display: none; }
    }
    @media (prefers-color-scheme: dark) { .panel { color-scheme: dark; } }
  `;

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Readonly<Record<string, string>>} attributes
   * @param {...(Node | string)} children
   */
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function address() {
    const url = new URL("/customer/", origin);
    const wishes = { embedded: "1", channel, team, token, name };
    for (const [key, value] of Object.entries(wishes)) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    return url.href;
  }

  function picture() {
    const NS = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(NS, "path");
    path.setAttribute("d", "M4 5h16v11h-8l-4.5 3.5V16H4zM8 9h8M8 12.2h5");
    svg.append(path);
    return svg;
  }

  const number = element("span", {});
  const heard = element("span", { class: "heard" }, " unread");
  const count = element("span", { class: "count", hidden: "" }, number, heard);
  const opener = element(
    "button",
    { class: "open", type: "button", "aria-expanded": "false", "aria-controls": "panel" },
    picture(),
    element("span", {}, label),
    " ",
    count,
  );
  const closer = element("button", { class: "close", type: "button", "aria-label": "Close" }, "×");
  const panel = element(
    "div",
    { class: "panel", id: "panel", role: "dialog", "aria-label": label, hidden: "" },
    closer,
  );
  const place = element("div", { class: "place" }, panel, opener);
  const host = element("div", { "data-trefoil": "widget" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(place);

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  let active = false;

  /** Loads the page of the widget, once. */
  function load() {
    if (frame !== null) return frame;
    const allow = "microphone; autoplay";
    const made = element("iframe", { src: address(), title: label, allow });
    made.addEventListener("load", () => tell(made === root.activeElement));
    panel.prepend(made);
    frame = made;
    return made;
  }

  function isOpen() {
    return !panel.hidden;
  }

  /**
   * Tells the page in the frame whether it can be seen.
   *
   * @param {boolean} focus whether the keyboard goes along
   */
  function tell(focus) {
    const trefoil = isOpen() ? "open" : "closed";
    frame?.contentWindow?.postMessage({ trefoil, focus }, origin);
  }

  function keep() {
    try {
      sessionStorage.setItem(KEPT, isOpen() ? "open" : active ? "active" : "closed");
    } catch {
      // A page without storage: the widget is closed after each step.
    }
  }

  /** @param {boolean} focus whether the keyboard goes along */
  function show(focus) {
    const page = load();
    panel.hidden = false;
    place.classList.add("shown");
    opener.setAttribute("aria-expanded", "true");
    if (focus) page.focus();
    tell(focus);
    keep();
  }

  function hide() {
    if (!isOpen()) return;
    panel.hidden = true;
    place.classList.remove("shown");
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
    tell(false);
    keep();
  }

  /** @param {number} unread */
  function mark(unread) {
    count.hidden = unread === 0;
    number.textContent = unread > 99 ? "99+" : String(unread);
  }

  opener.addEventListener("click", () => (isOpen() ? hide() : show(true)));
  closer.addEventListener("click", hide);
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("message", ({ source, origin: from, data }) => {
    if (frame === null || source !== frame.contentWindow || from !== origin) return;
    if (data?.trefoil === "close") hide();
    if (data?.trefoil !== "state") return;
    active = Boolean(data.active);
    mark(Number(data.unread) || 0);
    keep();
  });

  function begin() {
    document.body.append(host);
    let before = null;
    try {
      before = sessionStorage.getItem(KEPT);
    } catch {
      // As above.
    }
    if (before === "open") show(false);
    else if (before === "active") load();
  }

  if (document.body === null) addEventListener("DOMContentLoaded", begin);
  else begin();
})();
