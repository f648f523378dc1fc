import {
  Client,
  keptFile,
  LevelMeter,
  MicrophoneError,
  TrefoilError,
  UploadStore,
  writtenIn,
} from "../client/index.js";
import { demo, demoToken } from "../page/demo.js";
import { heedDrops } from "../page/drops.js";
import { sendWith } from "../page/file-state.js";
import { atEnd, LogScroll } from "../page/log-scroll.js";
import { browserDatabase, kept, readParameters, socketUrl, tabStorage } from "../page/place.js";
import { Shelf, sourceIn } from "../page/shelf.js";
import { Sink } from "../page/sink.js";
import { saveTranscript } from "../page/transcripts.js";
import { refusal } from "../page/words.js";
import { channelOf, refusalText } from "./channel.js";
import { fileActions } from "./file-actions.js";
import { followChat, forgetChat, keepDraft, keptChat, keptDraft } from "./chat-feed.js";
import { news } from "./chat-state.js";
import { Host } from "./host.js";
import { INITIAL, reduce } from "./store.js";
import { render } from "./view.js";
/** @import { Call } from "../client/index.js" */
/** @import { State, StoreEvent } from "./store.js" */

const TICK_MS = 100;
/** What a chat is refused with to which one cannot return any more. */
const LATE = ["not_a_participant", "conversation_ended"];

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");

const parameters = readParameters(location.search);
const keptToken = kept("trefoil.customer.token");
const keptName = kept("trefoil.customer.name");
const sink = new Sink();
const context = new AudioContext();
const scroll = new LogScroll();
const shelf = new Shelf({
  find: (id, number) =>
    sourceIn(client?.chats.get(id), state.chat?.shot.messages ?? [], number, (file, options) =>
      keptFile(server, id, file, options),
    ),
  dispatch: (event) => dispatch(event),
  enlarge: (picture) => dispatch({ type: "picture", picture }),
});
const host = parameters.embedded ? new Host(shownThere) : null;

/** @type {StoreEvent[]} */
const before = [
  {
    type: "form",
    name: parameters.name ?? keptName.read() ?? "",
    team: parameters.team ?? "",
  },
  { type: "compose", text: keptDraft() },
];
/** @type {State} */
let state = before.reduce(reduce, INITIAL);
/** @type {Client | null} */
let client = null;
/** Where and as whom this page asks for what was written. */
const server = { url: socketUrl(location), token: "" };
/** @type {LevelMeter | null} */
let meter = null;
/** What is on its way when the page is loaded again. */
const uploads = new UploadStore(browserDatabase());
let drawing = false;
/** Whether the keyboard came here before there was anything to go to. */
let focusWanted = false;

/** @param {StoreEvent} event */
function dispatch(event) {
  const now = { type: /** @type {const} */ ("tick"), now: Date.now(), level: meter?.read() ?? 0 };
  state = reduce(reduce(state, now), event);
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    const focused = document.activeElement;
    const page = /** @type {HTMLElement} */ (root);
    scroll.before(page);
    render(page, state, actions);
    scroll.after(page);
    shelf.look(page);
    const lost = focused !== null && focused !== document.body && !focused.isConnected;
    // A dialog that closes gives the focus back by itself.
    if (lost && document.activeElement === document.body) focusFirst();
    if (focusWanted) focusFirst();
    keepDraft(state.compose.text);
    tellHost();
    seen();
  });
}

function focusFirst() {
  const first = /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"));
  first?.focus();
  focusWanted = first === null;
}

/** @param {boolean} focus */
function shownThere(focus) {
  if (focus) focusFirst();
  tellHost();
  seen();
}

function tellHost() {
  const active = client?.current !== undefined || chatOf() !== undefined;
  host?.tell({ unread: news(state.chat, host.open), active });
}

/** The chat this person is in. */
function chatOf() {
  return client?.chats.values().next().value;
}

/** Marks as read what can be seen. */
function seen() {
  const visible = document.visibilityState === "visible" && host?.open !== false;
  if (visible && root !== null && atEnd(root)) chatOf()?.markRead();
}

const actions = {
  form: (/** @type {{ name?: string, team?: string }} */ change) =>
    dispatch({ type: "form", ...change }),
  call: () => void call(),
  chat: () => void begin(async (who) => who.startChat(await target())),
  compose: (/** @type {string} */ text) => {
    dispatch({ type: "compose", text });
    chatOf()?.tellTyping();
  },
  write: (/** @type {string} */ text) => write(text),
  ...shelf.actions,
  ...fileActions(chatOf, () => state.compose.files, dispatch),
  earlier: () => void earlier(),
  menu: (/** @type {boolean} */ open) => dispatch({ type: "menu", open }),
  saveChat: (/** @type {"html" | "text"} */ format) => void saveChat(format),
  raise: () => void raise(),
  declineCall: () => {
    const chat = chatOf();
    // Where it was over already, the next view says so.
    if (chat !== undefined) client?.declineCall(chat.id).catch(() => {});
  },
  endChat: () => {
    const chat = chatOf();
    if (chat !== undefined) client?.leave(chat.id).catch(failed);
  },
  writeAgain: () => void writeAgain(),
  putAway: () => {
    forgetChat();
    dispatch({ type: "again" });
  },
  again: () => dispatch({ type: "again" }),
  mute: (/** @type {boolean} */ muted) => command((id, who) => who.mute(id, muted)),
  hangUp: () => command((id, who) => who.leave(id)),
  retryMicrophone: () => void client?.retryMicrophone(),
  resumeSound: () => {
    void context.resume();
    void sink.resume();
  },
};

/** @param {(conversation: string, client: Client) => Promise<unknown>} perform */
function command(perform) {
  const call = client?.current;
  // A refusal changes nothing, and the next view says what is true.
  if (client && call) perform(call.id, client).catch(() => {});
}

/**
 * Begins a chat, or goes on with one.
 *
 * @param {(who: Client) => Promise<unknown>} ask
 */
async function begin(ask) {
  if (state.busy !== null) return;
  dispatch({ type: "busy", busy: "chat" });
  try {
    await ask(await signedIn());
  } catch (error) {
    failed(error);
  }
}

/** Returns to the chat that is over; where that is too long ago, to another one. */
function writeAgain() {
  const id = state.chat?.view.id;
  return begin(async (who) => {
    try {
      return await who.reopen(id ?? "");
    } catch (error) {
      const late = error instanceof TrefoilError && LATE.includes(error.code);
      if (!late) throw error;
      return who.startChat(await target());
    }
  });
}

/** @param {string} text */
function write(text) {
  try {
    const chat = chatOf();
    if (chat !== undefined) sendWith(chat, text, state.compose.files, "everyone");
    dispatch({ type: "written" });
  } catch (error) {
    failed(error);
  }
}

async function earlier() {
  if (state.loading) return;
  dispatch({ type: "loading", loading: true });
  await load().catch(() => {});
  dispatch({ type: "loading", loading: false });
}

/** The page before what is shown; all of a chat that is over. */
async function load() {
  const { chat } = state;
  if (chat === null || chat.over === null) return chatOf()?.earlier();
  const conversation = chat.view.id;
  const messages = await writtenIn(server, conversation);
  return dispatch({ type: "history", conversation, messages });
}

/** @param {"html" | "text"} format */
async function saveChat(format) {
  const { chat } = state;
  if (chat === null || state.busy !== null) return;
  dispatch({ type: "busy", busy: "save" });
  try {
    await saveTranscript(server, chat.view.id, format);
    dispatch({ type: "busy", busy: null });
  } catch (error) {
    failed(error);
  }
}

/** Speaks beside the chat, or writes beside the call. */
async function raise() {
  const chat = chatOf();
  const one = chat ?? client?.current;
  if (one === undefined || client === null || state.busy !== null) return;
  dispatch({ type: "busy", busy: chat === undefined ? "chat" : "call" });
  void context.resume();
  try {
    await client.raise(one.id);
  } catch (error) {
    failed(error);
  }
}

async function call() {
  dispatch({ type: "calling" });
  void context.resume();
  try {
    const who = await signedIn();
    await who.call(await target());
  } catch (error) {
    failed(error);
  }
}

/** What is called. A channel is looked at each time: it may have changed since the page opened. */
async function target() {
  if (parameters.channel === null) return { team: state.team };
  dispatch({ type: "channel", channel: await channelOf(parameters.channel) });
  return { channel: parameters.channel };
}

/** @param {unknown} error */
function failed(error) {
  if (error instanceof MicrophoneError) {
    dispatch({ type: "failed", message: error.message, advice: error.advice });
  } else if (error instanceof TrefoilError) {
    const own = refusalText(state.channel?.texts ?? {}, error.code, error.extra["opens_at_ms"]);
    const message = own ?? `${refusal(error.code, error.message)}.`;
    dispatch({ type: "failed", message, advice: null });
  } else {
    const message = "The server cannot be reached.";
    dispatch({ type: "failed", message, advice: "Please try again in a moment." });
  }
}

/** The session of this tab, or another one if the name has changed. */
async function signedIn() {
  const name = state.name.trim();
  const same = state.named || name === keptName.read();
  if (client !== null && client.state !== "closed" && same) return client;
  client?.close();
  shelf.clear();
  const token = parameters.token ?? (await demoToken({ role: "customer", name }));
  keptName.write(name);
  return connect(token);
}

/** @param {string} token */
async function connect(token) {
  server.token = token;
  const fresh = new Client({
    url: socketUrl(location),
    token,
    client: "customer/0.1",
    audio: parameters.audio,
    keepMicrophone: parameters.keepMicrophone,
    store: tabStorage(),
    blobs: uploads,
  });
  client = fresh;
  follow(fresh);
  Object.assign(window, { trefoil: { client: fresh, sink, state: () => state } });
  try {
    await fresh.connect();
  } catch (error) {
    keptToken.forget();
    throw error;
  }
  keptToken.write(token);
  return fresh;
}

/** @param {Client} fresh */
function follow(fresh) {
  const show = (/** @type {Call} */ call) => dispatch({ type: "view", view: call.view });
  fresh.on("call", show);
  fresh.on("changed", show);
  fresh.on("gone", ({ call, reason }) => dispatch({ type: "gone", view: call.view, reason }));
  followChat(fresh, dispatch);
  fresh.on("leg", (change) => dispatch({ type: "leg", state: change.state }));
  fresh.on("stream", (stream) => void sink.play(stream));
  fresh.on("state", ({ state: connection, error }) => {
    if (fresh !== client) return;
    dispatch({ type: "connection", state: connection });
    if (error === null) return;
    keptToken.forget();
    failed(error);
  });
  fresh.on("microphone", ({ state: microphone, error }) => {
    const { track } = fresh.microphone;
    meter?.close();
    meter = track === null ? null : new LevelMeter(new MediaStream([track]), context);
    const advice = error instanceof MicrophoneError ? error.advice : null;
    const told = error === null ? null : { message: error.message, advice };
    dispatch({ type: "microphone", error: told });
    if (microphone !== "on") return;
    void sink.resume();
    void context.resume();
  });
}

async function start() {
  // A token kept for this tab serves a reload, unless the address names somebody else.
  const same = parameters.name === null || parameters.name === keptName.read();
  const stored = parameters.token ?? (same ? keptToken.read() : null);
  const offered = demo();
  const { channel: id } = parameters;
  const entrance = id === null ? Promise.resolve(null) : channelOf(id);
  const returning = stored === null ? Promise.resolve(false) : comeBack(stored);
  const [found, back, channel] = await Promise.all([offered, returning, entrance]);
  if (channel !== null) dispatch({ type: "channel", channel });
  const over = back || !same ? null : keptChat();
  if (over !== null) dispatch({ type: "chat_gone", ...over });
  dispatch({
    type: "ready",
    teams: found?.teams ?? [],
    canCall: found !== null || parameters.token !== null,
    named: parameters.token !== null,
  });
  if (back || over !== null || reloaded()) return;
  if (parameters.call) await call();
  else if (parameters.chat) actions.chat();
}

/** Whoever reloads after a call did not ask for another one. */
function reloaded() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type === "reload";
}

/**
 * Takes the seat again that this tab had before a reload.
 *
 * @param {string} token
 * @returns {Promise<boolean>} whether there was one
 */
async function comeBack(token) {
  try {
    const fresh = await connect(token);
    if (fresh.current !== undefined || fresh.chats.size > 0) return true;
    return await new Promise((resolve) => {
      fresh.on("call", () => resolve(true));
      fresh.on("chat", () => resolve(true));
      fresh.on("settled", () => resolve(false));
    });
  } catch {
    return false;
  }
}

heedDrops(document, actions.attach);
sink.on("blocked", (blocked) => dispatch({ type: "sound_blocked", blocked }));
addEventListener("pointerdown", () => void context.resume());
addEventListener("visibilitychange", seen);
addEventListener("focus", seen);
root.addEventListener("scroll", seen, { capture: true, passive: true });
setInterval(() => {
  const calls = state.screen === "chat" && (state.view !== null || state.busy === "call");
  if (calls || state.screen === "call" || state.screen === "calling") {
    dispatch({ type: "tick", now: Date.now(), level: meter?.read() ?? 0 });
  }
}, TICK_MS);

if (host !== null) dispatch({ type: "embedded" });
dispatch({ type: "tick", now: Date.now(), level: 0 });
void start();
