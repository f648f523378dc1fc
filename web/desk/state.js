import { NO_BOARD } from "./board.js";
import { NO_REPLIES } from "./replies.js";
/** @import { ConnectionState } from "../client/connection.js" */
/** @import { LegState } from "../client/media.js" */
/** @import { MicrophoneState } from "../client/microphone.js" */
/**
 * @import {
 *   ConversationId, ConversationView, DeskView, FileLimits, Notice, Person, PersonId, Target
 * } from "../client/types.js"
 */
/** @import { Board, BoardEvent } from "./board.js" */
/** @import { ChatEvent, ChatShot, Closed, Compose } from "./chats.js" */
/** @import { Chronicles } from "./chronicle.js" */
/** @import { ClosedEvent } from "./closed.js" */
/** @import { Replies, RepliesDialog, RepliesEvent } from "./replies.js" */
/** @import { Demo } from "../page/demo.js" */
/** @import { FileEvent, FileShots, Large } from "../page/file-state.js" */
/** @import { Extra } from "../page/notices.js" */

/** What the desk knows and shows, and what may happen to it. */

/**
 * @typedef {"info" | "good" | "warn"} Tone
 * @typedef {{ id: number, at: number, text: string, tone: Tone }} News
 *
 * @typedef {"consult" | "conference" | "blind" | "on_behalf" | "listener"} TransferWay
 * @typedef {object} TransferDraft
 * @property {ConversationId} conversation
 * @property {string} search
 * @property {Target | null} target
 * @property {TransferWay} way
 * @property {boolean} holdNow
 * @property {boolean} stayHeld
 * @property {string} note
 * @property {string | null} refused why the server would not do it
 *
 * @typedef {"demo" | "token" | "password"} SignInWay
 *
 * @typedef {{ name: "none" } | { name: "help" } | { name: "transfer", draft: TransferDraft }
 *   | RepliesDialog
 *   | { name: "picture", picture: Large }
 *   | { name: "end_for_all", conversation: ConversationId }
 *   | { name: "decline", conversation: ConversationId, text: string }} Dialog
 *
 * @typedef {object} State
 * @property {"signed_out" | "signing_in" | "signed_in"} session
 * @property {Demo | null} demo
 * @property {SignInWay | null} signInWay by what somebody signs in, or tried to
 * @property {string} loginDraft
 * @property {string} tokenDraft
 * @property {string | null} signInError
 * @property {number | null} signInAgainAt before this, by this machine's clock, no try is of use
 * @property {boolean} signInOver the sign-in has ended while the session goes on
 * @property {Person | null} person
 * @property {ConnectionState} connection
 * @property {LegState} leg
 * @property {{ state: MicrophoneState, message: string | null, advice: string | null }} microphone
 * @property {boolean} soundBlocked
 * @property {DeskView | null} desk
 * @property {Readonly<Record<ConversationId, ConversationView>>} calls all conversations
 * @property {Readonly<Record<ConversationId, ChatShot>>} chats what was written in those that are
 *   chats
 * @property {readonly ConversationId[]} known the chats of late, also those that are over
 * @property {Readonly<Record<ConversationId, Compose>>} drafts what is being written
 * @property {Readonly<Record<ConversationId, Closed>>} closed chats to be put away
 * @property {ConversationId | null} selected the conversation on the stage
 * @property {FileShots} files what is here of the files of messages
 * @property {FileLimits | null} fileLimits what files the server takes, once it has told
 * @property {boolean} chatReady whether messages go through at the moment
 * @property {Readonly<Record<PersonId, string>>} names everybody this desk has heard of
 * @property {readonly string[]} pending commands on their way, as keys of buttons
 * @property {readonly News[]} toasts
 * @property {readonly News[]} history newest first
 * @property {number} nextNews
 * @property {Dialog} dialog
 * @property {Board} board
 * @property {Replies} replies
 * @property {Chronicles} chronicles what happened in each conversation
 * @property {string | null} menu the menu that is open
 * @property {number} now this machine's clock
 * @property {number | null} ahead how far the server's clock is ahead of it
 *
 * @typedef {BoardEvent | ChatEvent | FileEvent | ClosedEvent | RepliesEvent
 *   | { type: "demo", demo: Demo | null }
 *   | { type: "token_draft", text: string }
 *   | { type: "login_draft", text: string }
 *   | { type: "sign_in", way: SignInWay }
 *   | { type: "sign_in_over" }
 *   | { type: "signed_in", person: Person }
 *   | { type: "signed_out", error: string | null, againAfterMs?: number }
 *   | { type: "connection", state: ConnectionState }
 *   | { type: "leg", state: LegState }
 *   | { type: "microphone", state: MicrophoneState, message: string | null, advice: string | null }
 *   | { type: "sound_blocked", blocked: boolean }
 *   | { type: "desk", desk: DeskView }
 *   | { type: "view", view: ConversationView }
 *   | { type: "gone", conversation: ConversationId, reason?: string }
 *   | { type: "notice", notice: Notice }
 *   | { type: "chat_ready", ready: boolean }
 *   | { type: "file_limits", limits: FileLimits }
 *   | { type: "drafts", drafts: Record<ConversationId, Compose> }
 *   | { type: "pending", key: string }
 *   | { type: "done", key: string }
 *   | { type: "refused", key: string, code: string, message: string, extra?: Extra }
 *   | { type: "dismiss", id: number }
 *   | { type: "dialog", dialog: Dialog }
 *   | { type: "menu", menu: string | null }
 *   | { type: "draft", change: Partial<TransferDraft> }
 *   | { type: "tick", now: number }} StoreEvent
 */

/** @type {State} */
export const INITIAL = {
  session: "signed_out",
  demo: null,
  signInWay: null,
  loginDraft: "",
  tokenDraft: "",
  signInError: null,
  signInAgainAt: null,
  signInOver: false,
  person: null,
  connection: "idle",
  leg: "off",
  microphone: { state: "off", message: null, advice: null },
  soundBlocked: false,
  desk: null,
  calls: {},
  chats: {},
  known: [],
  drafts: {},
  closed: {},
  files: {},
  fileLimits: null,
  selected: null,
  chatReady: false,
  names: {},
  pending: [],
  toasts: [],
  history: [],
  nextNews: 1,
  dialog: { name: "none" },
  board: NO_BOARD,
  replies: NO_REPLIES,
  chronicles: {},
  menu: null,
  now: 0,
  ahead: null,
};
