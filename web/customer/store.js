/** @import { ConnectionState } from "../client/connection.js" */
/** @import { LegState } from "../client/media.js" */
import { changeFiles } from "../page/file-state.js";
import { changeChat, UNWRITTEN } from "./chat-state.js";
/** @import { ConversationView, FileLimits } from "../client/types.js" */
/** @import { FileEvent, FileShots, Large } from "../page/file-state.js" */
/** @import { Channel } from "./channel.js" */
/** @import { ChatEvent, ChatState, Compose } from "./chat-state.js" */

/** What the call page shows, and how each event changes it. */

/**
 * @typedef {"loading" | "form" | "calling" | "call" | "chat" | "ended"} Screen
 *
 * @typedef {object} State
 * @property {Screen} screen
 * @property {readonly { id: string, name: string }[]} teams
 * @property {boolean} canCall false without demo mode and without a token
 * @property {boolean} named whether the token already says who this is
 * @property {string} name
 * @property {string} team
 * @property {Channel | null} channel what this page calls by, in place of a team
 * @property {{ message: string, advice: string | null } | null} error
 * @property {ConnectionState} connection
 * @property {LegState} leg
 * @property {{ message: string, advice: string | null } | null} microphoneError
 * @property {boolean} soundBlocked
 * @property {ConversationView | null} view the present call, or the last
 * @property {string | null} endReason
 * @property {ChatState | null} chat the present chat, or the last
 * @property {Compose} compose what is being written
 * @property {FileShots} files what is here of the files of messages
 * @property {FileLimits | null} fileLimits what files the server takes, once it has told
 * @property {Large | null} picture what is looked at
 * @property {boolean} chatReady whether messages go through at the moment
 * @property {boolean} loading whether earlier messages are on their way
 * @property {"chat" | "call" | "save" | null} busy what is being begun or saved beside what is
 *   shown
 * @property {boolean} menu whether the menu of the chat is open
 * @property {boolean} embedded whether this page lies in another one
 * @property {number} level of the microphone, 0 to 1
 * @property {number} now
 * @property {number | null} ahead how far the server's clock is ahead of this machine's
 *
 * @typedef {{ type: "form", name?: string, team?: string }
 *   | { type: "ready", teams: State["teams"], canCall: boolean, named: boolean }
 *   | { type: "channel", channel: Channel }
 *   | { type: "calling" }
 *   | { type: "failed", message: string, advice: string | null }
 *   | { type: "view", view: ConversationView }
 *   | { type: "gone", view: ConversationView, reason: string }
 *   | { type: "again" }
 *   | { type: "connection", state: ConnectionState }
 *   | { type: "leg", state: LegState }
 *   | { type: "microphone", error: State["microphoneError"] }
 *   | { type: "sound_blocked", blocked: boolean }
 *   | { type: "menu", open: boolean }
 *   | { type: "embedded" }
 *   | { type: "tick", now: number, level: number }
 *   | { type: "file_limits", limits: FileLimits }
 *   | { type: "picture", picture: Large | null }
 *   | FileEvent | ChatEvent} StoreEvent
 */

/** @type {State} */
export const INITIAL = {
  screen: "loading",
  teams: [],
  canCall: false,
  named: false,
  name: "",
  team: "",
  channel: null,
  error: null,
  connection: "idle",
  leg: "off",
  microphoneError: null,
  soundBlocked: false,
  view: null,
  endReason: null,
  chat: null,
  compose: UNWRITTEN,
  files: {},
  fileLimits: null,
  picture: null,
  chatReady: false,
  loading: false,
  busy: null,
  menu: false,
  embedded: false,
  level: 0,
  now: 0,
  ahead: null,
};

/**
 * @param {State} state
 * @param {StoreEvent} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "form": {
      const { name = state.name, team = state.team } = event;
      return { ...state, name, team };
    }
    case "channel":
      return { ...state, channel: event.channel };
    case "ready": {
      const { teams, canCall, named } = event;
      const team = state.team === "" ? (teams[0]?.id ?? "") : state.team;
      const screen = state.screen === "loading" ? home(state) : state.screen;
      return { ...state, teams, canCall, named, team, screen };
    }
    case "calling":
      return { ...state, screen: "calling", error: null, view: null, endReason: null };
    case "failed": {
      const { message, advice } = event;
      // What fails beside a call does not end it.
      const screen = state.screen === "call" && state.busy !== null ? "call" : home(state);
      return { ...state, screen, busy: null, error: { message, advice } };
    }
    case "view": {
      const { view } = event;
      // The freshest view tells the server's clock best.
      const ahead = Math.max(state.ahead ?? -Infinity, view.server_time_ms - state.now);
      const screen = state.chat === null ? "call" : "chat";
      return { ...state, screen, view, ahead, busy: null };
    }
    case "gone":
      if (state.chat !== null) return { ...state, view: null };
      return { ...state, screen: "ended", view: event.view, endReason: event.reason };
    case "again":
      return { ...state, screen: "form", view: null, error: null, chat: null };
    case "menu":
      return { ...state, menu: event.open };
    case "embedded":
      return { ...state, embedded: true };
    case "connection":
      return { ...state, connection: event.state };
    case "leg":
      return { ...state, leg: event.state };
    case "microphone":
      return { ...state, microphoneError: event.error };
    case "sound_blocked":
      return { ...state, soundBlocked: event.blocked };
    case "file":
      return { ...state, files: changeFiles(state.files, event) };
    case "file_limits":
      return { ...state, fileLimits: event.limits };
    case "picture":
      return { ...state, picture: event.picture };
    case "tick":
      return { ...state, now: event.now, level: event.level };
    default:
      return changeChat(state, event);
  }
}

/**
 * Where nothing else is to be shown.
 *
 * @param {State} state
 * @returns {Screen}
 */
function home({ chat }) {
  return chat === null ? "form" : "chat";
}

/**
 * By what one can reach somebody here.
 *
 * @param {State} state
 */
export function media({ channel }) {
  const only = channel?.medium;
  return { voice: only !== "chat", chat: only !== "voice" };
}

/**
 * @typedef {"calling" | "waiting" | "talking" | "held" | "handover" | "reconnecting"} Situation
 */

/**
 * How the call is going, as the customer would say it.
 *
 * @param {State} state
 * @returns {Situation}
 */
export function situation(state) {
  const { view } = state;
  if (view === null) return "calling";
  const me = view.participants.find(({ id }) => id === view.you);
  const cut = state.connection !== "live" || state.leg !== "up" || me?.presence === "reconnecting";
  if (cut) return "reconnecting";
  if (me?.held) return "held";
  if (view.phase === "waiting") return "waiting";
  return view.hearing.source === "music" || view.hearing.source === "silence"
    ? "handover"
    : "talking";
}

/**
 * The names of those whom the customer hears.
 *
 * @param {ConversationView} view
 */
export function talkers(view) {
  const heard = view.hearing.talkers ?? [];
  return view.participants.filter(({ id }) => heard.includes(id)).map(({ name }) => name);
}

/**
 * Why it is over, to the customer.
 *
 * @param {State} state
 */
export function farewell(state) {
  const ended = state.view?.ended;
  const you = state.view?.you;
  const reason = ended?.reason ?? state.endReason;
  if (reason === "left" || (reason === "customer_left" && ended?.by === you)) {
    return "You have hung up. Thank you for calling.";
  }
  if (reason === "customer_left" || reason === "customer_lost") {
    return "The connection was lost for too long.";
  }
  if (reason === "removed") return "You were taken out of the call.";
  return "The call is finished. Thank you for calling.";
}
