import {
  Client,
  keptFile,
  MicrophoneError,
  quickReplies,
  UploadStore,
  writtenIn,
} from "../client/index.js";
import { demo } from "../page/demo.js";
import { heedDrops } from "../page/drops.js";
import { LogScroll } from "../page/log-scroll.js";
import { browserDatabase, kept, readParameters, socketUrl } from "../page/place.js";
import { Shelf, sourceIn } from "../page/shelf.js";
import { Sink } from "../page/sink.js";
import { Tones, toneOf } from "../page/tones.js";
import { saveTranscript } from "../page/transcripts.js";
import { makeActions } from "./actions.js";
import { BoardFeed, changesBoard } from "./board-feed.js";
import { followChats } from "./chat-feed.js";
import { chatOf, partIn, shownChat, tookOffer, unreadAll } from "./chats.js";
import { Door } from "./door.js";
import { keepClosed, keptClosed } from "./closed.js";
import { keepDrafts, keptDrafts } from "./drafts.js";
import { press } from "./shortcuts.js";
import { INITIAL, incomingCall, reduce } from "./store.js";
import { ongoingPages } from "./supervise.js";
import { render } from "./views/desk.js";
/** @import { State, StoreEvent } from "./store.js" */
/** @typedef {string | (() => Promise<string>)} Token */

const TICK_MS = 500;

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");

const parameters = readParameters(location.search);
const sink = new Sink();
const tones = new Tones(new AudioContext());

/** @type {State} */
let state = INITIAL;
/** @type {Client | null} */
let client = null;
/** Where and as whom this page asks for what was written. */
const server = { url: socketUrl(location), token: /** @type {Token} */ ("") };
/** What is on its way when the page is loaded again. */
const uploads = new UploadStore(browserDatabase());
let drawing = false;
/** The chat one decides about. */
let deciding = "";

const door = new Door({
  dispatch,
  connect,
  disconnect,
  live: () => state.connection === "live",
  kept: {
    token: kept("trefoil.desk.token"),
    agent: kept("trefoil.desk.agent"),
    password: kept("trefoil.desk.password", localStorage),
  },
  world: { fetch: (...asked) => fetch(...asked), now: Date.now, locks: navigator.locks },
});

const shelf = new Shelf({
  find: (id, number) =>
    sourceIn(client?.chats.get(id), chatOf(state, id).messages, number, (file, options) =>
      keptFile(server, id, file, options),
    ),
  dispatch: (event) => dispatch(event),
  enlarge: (picture) => {
    if (picture === null) actions.closeDialog();
    else dispatch({ type: "dialog", dialog: { name: "picture", picture } });
  },
});

const actions = makeActions(() => client, dispatch, {
  signInDemo: (id) => void door.asDemoAgent(id),
  signInToken: (token) => void door.byToken(token),
  signInPassword: (login, password) => void door.byPassword(login, password),
  signOut: () => door.out(),
  resumeSound: () => void sink.resume(),
  saveTranscript: (id, format, forCustomer) => saveTranscript(server, id, format, forCustomer),
  writtenIn: (id) => writtenIn(server, id),
  state: () => state,
  ...shelf.actions,
  // Behind the drawing of what leads there.
  focus: (selector, caret) => queueMicrotask(() => focusOn(selector, caret)),
  replies: quickReplies(server),
  caret: caretIn,
});
const scroll = new LogScroll();
const drafts = kept("trefoil.desk.drafts");
const closed = kept("trefoil.desk.closed");

const feed = new BoardFeed(lookAtBoard);

/** @param {number} pages */
async function lookAtBoard(pages) {
  const asked = client;
  if (asked === null) return;
  try {
    dispatch({ type: "ongoing", ...(await ongoingPages(asked, pages)) });
  } catch {
    // Shown as it was: a lost connection is told elsewhere, and the next look comes by itself.
  }
}

/** @param {StoreEvent} event */
function dispatch(event) {
  state = reduce(reduce(state, { type: "tick", now: Date.now() }), event);
  if (changesBoard(event)) feed.nudge();
  if (drawing) return;
  drawing = true;
  // One drawing for all the news of one message.
  queueMicrotask(draw);
}

function draw() {
  drawing = false;
  const page = /** @type {HTMLElement} */ (root);
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  scroll.before(page);
  render(page, state, actions);
  scroll.after(page);
  shelf.look(page);
  const lost = focused !== null && focused !== document.body && !focused.isConnected;
  // What has moved to another place in a list is still what one is at.
  if (focused?.isConnected && document.activeElement === document.body) focused.focus();
  // A dialog that closes gives the focus back by itself.
  if (lost && document.activeElement === document.body) refocus();
  const { board, connection } = state;
  feed.follow(board.open && connection === "live", board.pages);
  const incoming = incomingCall(state);
  tones.ring(incoming?.offer?.state === "ringing");
  const name = incoming?.participants.find(({ role }) => role === "customer")?.name;
  const unread = unreadAll(state);
  const title = unread === 0 ? "Trefoil desk" : `(${unread}) Trefoil desk`;
  document.title = incoming === undefined ? title : `Incoming: ${name ?? "call"}`;
  readOn();
  writeOn();
}

/** Whoever has accepted by a key goes on where one writes. */
function writeOn() {
  const shown = shownChat(state);
  const part = shown === undefined ? null : partIn(state, shown);
  const accepted = part === "member" && shown?.id === deciding;
  deciding = part === "offered" ? (shown?.id ?? "") : "";
  if (accepted && document.activeElement === document.body) refocus();
}

/** What is on the stage is read, while somebody looks at it. */
function readOn() {
  const shown = shownChat(state);
  if (shown === undefined || !document.hasFocus() || partIn(state, shown) === "closed") return;
  client?.chats.get(shown.id)?.markRead();
}

/**
 * @param {string} selector
 * @param {number} [caret]
 */
function focusOn(selector, caret) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.focus();
  if (caret === undefined) return;
  /** @type {HTMLTextAreaElement | null} */ (element)?.setSelectionRange(caret, caret);
}

/** @returns {[start: number, end: number]} of what is marked where one writes */
function caretIn() {
  /** @type {HTMLTextAreaElement | null} */
  const field = document.querySelector("[data-compose]");
  return [field?.selectionStart ?? 0, field?.selectionEnd ?? 0];
}

/** What had the focus is gone: whoever works by keyboard goes on at the head of the stage. */
function refocus() {
  const writing = "textarea[data-focus]";
  const rings = incomingCall(state) !== undefined;
  focusOn(!rings && document.querySelector(writing) !== null ? writing : "[data-focus]");
}

/**
 * Begins a session; resolves with null when it was given up meanwhile.
 *
 * @param {string | (() => Promise<string>)} token
 */
async function connect(token) {
  const fresh = new Client({
    url: socketUrl(location),
    token,
    client: "desk/0.1",
    audio: parameters.audio,
    keepMicrophone: parameters.keepMicrophone,
    store: sessionStorage,
    blobs: uploads,
  });
  client = fresh;
  follow(fresh);
  expose(fresh);
  try {
    const person = await fresh.connect();
    if (fresh !== client) return null;
    dispatch({ type: "drafts", drafts: keptDrafts(drafts, person.id) });
    server.token = token;
    const over = keptClosed(closed, person.id);
    dispatch({ type: "closed_kept", ...over });
    for (const id of Object.keys(over.closed)) actions.earlier(id);
    return person;
  } catch (error) {
    if (fresh !== client) return null;
    throw error;
  }
}

function disconnect() {
  const gone = client;
  client = null;
  gone?.close();
  shelf.clear();
  tones.ring(false);
}

/** @param {Client} fresh */
function follow(fresh) {
  fresh.on("state", (change) => {
    if (fresh !== client) return;
    dispatch({ type: "connection", state: change.state });
    if (change.state === "closed" && state.session === "signed_in") door.refused(change.error);
  });
  fresh.on("leg", (change) => dispatch({ type: "leg", state: change.state }));
  fresh.on("microphone", ({ state: microphone, error }) => {
    const message = error?.message ?? null;
    const advice = error instanceof MicrophoneError ? error.advice : null;
    dispatch({ type: "microphone", state: microphone, message, advice });
    if (microphone === "on") void sink.resume();
  });
  fresh.on("stream", (stream) => void sink.play(stream));
  fresh.on("call", (call) => {
    if (tookOffer(state, call.view)) tones.notice("joined");
    dispatch({ type: "view", view: call.view });
  });
  fresh.on("changed", (call) => dispatch({ type: "view", view: call.view }));
  fresh.on("gone", ({ call, reason }) => {
    dispatch({ type: "gone", conversation: call.id, reason });
  });
  followChats(fresh, dispatch, () => tones.notice("message"));
  fresh.on("desk", (desk) => dispatch({ type: "desk", desk }));
  fresh.on("notice", (notice) => {
    dispatch({ type: "notice", notice });
    tones.notice(toneOf(notice, fresh.person?.id));
  });
}

/**
 * For the console and for tests in browsers.
 *
 * @param {Client} fresh
 */
function expose(fresh) {
  Object.assign(window, { trefoil: { client: fresh, sink, state: () => state } });
}

heedDrops(document, (files) => {
  const shown = shownChat(state);
  if (shown !== undefined) actions.attach(shown.id, files);
});
sink.on("blocked", (blocked) => dispatch({ type: "sound_blocked", blocked }));
addEventListener("focus", () => readOn());
addEventListener("pagehide", () => {
  keepDrafts(drafts, state);
  keepClosed(closed, state);
});
addEventListener("keydown", (event) => press(event, state, actions));
navigator.mediaDevices?.addEventListener("devicechange", () => {
  if (state.microphone.state === "failed") actions.retryMicrophone();
});
setInterval(() => dispatch({ type: "tick", now: Date.now() }), TICK_MS);

async function start() {
  dispatch({ type: "tick", now: Date.now() });
  await door.open(parameters);
  dispatch({ type: "demo", demo: await demo() });
}

void start();
