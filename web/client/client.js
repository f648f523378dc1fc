import { Call } from "./call.js";
import { Calls } from "./calls.js";
import { Channels } from "./channels.js";
import { Chat } from "./chat.js";
import { Connection } from "./connection.js";
import { Commands } from "./commands.js";
import { TrefoilError } from "./errors.js";
import { heedNetwork } from "./network.js";
import { Sound } from "./sound.js";
import { changed } from "./desk-changes.js";
import { deferred, within } from "./deferred.js";
/** @import { ChannelsOptions } from "./channels.js" */
/** @import { Deferred } from "./deferred.js" */
/** @import { ConnectionState } from "./connection.js" */
/** @import { LegState } from "./media.js" */
/** @import { AudioProcessing, MicrophoneState } from "./microphone.js" */
/** @import { MicrophoneError } from "./errors.js" */
/** @import { Returned } from "./outbox.js" */
/**
 * @import {
 *   Command, ConversationId, DeskView, FileLimits, Notice, Person, Welcome
 * } from "./types.js"
 */

/** The view of a call follows its answer at once. */
const SHOWN_WITHIN_MS = 5_000;

/**
 * @typedef {"new" | "view" | "messages" | "typing" | "uploads" | "gone"} ChatChange
 *
 * @typedef {object} ClientEvents
 * @property {{ state: ConnectionState, error: TrefoilError | null }} state
 * @property {{ state: LegState, error: TrefoilError | null }} leg
 * @property {{ state: MicrophoneState, error: MicrophoneError | null }} microphone
 * @property {MediaStream} stream what this person is to hear; another object for each fresh leg
 * @property {Call} call a call that was not there before
 * @property {Call} changed
 * @property {{ call: Call, reason: string }} gone
 * @property {{ chat: Chat, change: ChatChange, reason?: string }} chat
 * @property {Returned} refused a message, to be put into the draft again
 * @property {boolean} chat_ready whether messages go through at the moment
 * @property {FileLimits} file_limits what files the server takes
 * @property {DeskView} desk
 * @property {Notice} notice
 * @property {null} settled the first views of a session have all come
 *
 * @typedef {object} OwnOptions
 * @property {string} url
 * @property {string | (() => Promise<string>)} token
 * @property {string} [client]
 * @property {AudioProcessing} [audio]
 * @property {boolean} [keepMicrophone] keeps it open between calls: answers sooner, light stays on
 * @property {typeof globalThis.WebSocket} [WebSocket]
 * @property {typeof globalThis.RTCPeerConnection} [RTCPeerConnection]
 * @property {typeof globalThis.MediaStream} [MediaStream]
 * @property {Pick<MediaDevices, "getUserMedia">} [mediaDevices]
 *
 * @typedef {OwnOptions & ChannelsOptions} ClientOptions
 */

/**
 * One person at the server: session, sound and conversations together.
 *
 * @extends {Commands<ClientEvents & Record<string, unknown>>}
 */
export class Client extends Commands {
  #connection;
  #sound;
  #calls;
  #channels;
  #over = new AbortController();
  /** @type {Person | null} */
  #person = null;
  /** @type {DeskView | null} */
  #desk = null;

  /** @param {ClientOptions} options */
  constructor(options) {
    const { client = "trefoil-web/0.1", ...rest } = options;
    const connection = new Connection({ ...rest, client });
    const request = (/** @type {Command} */ command) => connection.request(command);
    const channels = new Channels(() => this.leg, rest);
    const calls = new Calls((view) =>
      view.medium === "chat"
        ? new Chat(view, request, channels.chat.thread(view.id), channels.files)
        : new Call(view, request),
    );
    super(calls, request);
    this.#connection = connection;
    this.#calls = calls;
    this.#channels = channels;
    this.#sound = new Sound({ ...rest, connectLeg: (sdp) => this.#connectLeg(sdp) });
    this.#wire();
    this.#wireChats();
    heedNetwork(() => this.retryNow(), this.#over.signal);
  }

  /** Who this is, null before the first welcome. */
  get person() {
    return this.#person;
  }

  get state() {
    return this.#connection.state;
  }

  get leg() {
    return this.#sound.leg;
  }

  get microphone() {
    return this.#sound.microphone;
  }

  /** What this person is to hear. */
  get stream() {
    return this.#sound.leg.stream;
  }

  /** The last desk the server showed; agents only. */
  get desk() {
    return this.#desk;
  }

  /** All calls, oldest first. */
  get calls() {
    return this.#calls.voice();
  }

  /** All chats by their id, oldest first. */
  get chats() {
    const chats = this.#calls.all().filter((one) => one instanceof Chat);
    return /** @type {ReadonlyMap<ConversationId, Chat>} */ (
      new Map(chats.map((chat) => [chat.id, chat]))
    );
  }

  /** Whether messages go through at the moment; where they do not, they wait. */
  get chatReady() {
    return this.#channels.chat.ready;
  }

  /** The call this person sits in, or else the one that rings here. */
  get current() {
    return this.#calls.seated() ?? this.calls.find((call) => call.ringsHere);
  }

  /**
   * Signs in. An agent's leg is set up and the microphone permission asked for, so that answering
   * negotiates nothing.
   */
  async connect() {
    const { person } = await this.#connection.open();
    return person;
  }

  /** Signs out. */
  close() {
    this.#connection.close();
  }

  /** Opens the microphone again after it failed, if it is needed at the moment. */
  async retryMicrophone() {
    await this.#sound.prime();
    this.#follow();
  }

  /**
   * Tries again at once, and makes sure of what seems to work: for when the network is back, or
   * another. Where the browser tells of that, it is called without the page.
   */
  retryNow() {
    this.#connection.retryNow();
    this.leg.check();
  }

  /**
   * Calls a team, or through a channel; resolves with the conversation.
   *
   * @param {string | { team: string } | { channel: string }} whom
   * @returns {Promise<Call>}
   */
  async call(whom) {
    const target = typeof whom === "string" ? { team: whom } : whom;
    return this.#spoken({ name: "call", ...target });
  }

  /**
   * Opens the other medium beside a conversation, for all who are in it: the call of a chat, or
   * the chat of a call. Resolves with what was opened.
   *
   * @param {ConversationId} id
   * @returns {Promise<Call>}
   */
  raise(id) {
    const command = /** @type {const} */ ({ name: "raise", conversation: id });
    if (this.known(id).medium === "chat") return this.#spoken(command);
    return this.#chatAfter(this.#connection.request(command));
  }

  /**
   * Begins a chat with a team, or through a channel, and needs no microphone for it.
   *
   * @param {{ team: string } | { channel: string }} whom
   * @returns {Promise<Chat>}
   */
  async startChat(whom) {
    const command = /** @type {const} */ ({ name: "call", ...whom, medium: "chat" });
    return this.#chatAfter(this.#connection.request(command));
  }

  /**
   * Returns to a chat that is over.
   *
   * @param {ConversationId} conversation
   */
  reopen(conversation) {
    const asked = this.#connection.request({ name: "reopen", conversation });
    return this.#chatAfter(asked.then(() => ({ conversation })));
  }

  /** @param {ConversationId} id */
  async answer(id) {
    const call = this.known(id);
    if (call.medium === "chat") return void (await call.accept());
    try {
      await this.#sound.whileAnswering(id, call.accept());
    } finally {
      this.#follow();
    }
  }

  /**
   * @param {ConversationId} id
   * @param {boolean} muted
   */
  mute(id, muted) {
    // Here first: whoever mutes is unheard at once, whatever the network does.
    if (muted) this.#sound.enable(false);
    return this.known(id)
      .mute(muted)
      .finally(() => this.#follow());
  }

  /** @param {string} sdp */
  async #connectLeg(sdp) {
    const result = await this.#connection.request({ name: "connect_leg", sdp });
    return String(result["sdp"]);
  }

  #wire() {
    const connection = this.#connection;
    connection.on("state", (change) => this.#connected(change));
    connection.on("welcome", (welcome) => this.#welcomed(welcome));
    connection.on("view", ({ conversation }) => this.#calls.show(conversation));
    connection.on("desk", ({ desk }) => this.#showDesk(desk));
    connection.on("desk_changes", ({ changes }) => {
      if (this.#desk !== null) this.#showDesk(changed(this.#desk, changes));
    });
    connection.on("notice", ({ notice }) => this.emit("notice", notice));
    connection.on("gone", ({ conversation, reason }) => this.#calls.drop(conversation, reason));
    this.#calls.on("call", (call) => this.#tell(call, "call", call, { change: "new" }));
    this.#calls.on("changed", (call) => this.#tell(call, "changed", call, { change: "view" }));
    this.#calls.on("gone", ({ call, reason }) => {
      this.#tell(call, "gone", { call, reason }, { change: "gone", reason });
    });
    this.#calls.on("settled", () => {
      this.#channels.settle((id) => this.chats.has(id));
      this.#follow();
      this.emit("settled", null);
    });
    const { leg, microphone } = this.#sound;
    leg.on("state", (change) => {
      if (change.state === "off" && this.state === "live") {
        this.#connection.request({ name: "disconnect_leg" }).catch(() => {});
      }
      this.emit("leg", change);
    });
    leg.on("stream", (stream) => this.emit("stream", stream));
    microphone.on("state", (change) => {
      this.#follow();
      this.emit("microphone", change);
    });
  }

  #wireChats() {
    const channels = this.#channels;
    channels.follow(this.leg);
    for (const name of /** @type {const} */ (["chat_ready", "refused", "file_limits"])) {
      channels.on(name, (detail) => this.emit(name, detail));
    }
    channels.on("changed", () => this.#follow());
  }

  /**
   * @template {"call" | "changed" | "gone"} Name
   * @param {Call} call
   * @param {Name} name what is told of a call
   * @param {ClientEvents[Name]} detail
   * @param {{ change: ChatChange, reason?: string }} ofChat what is told where it is a chat
   */
  #tell(call, name, detail, ofChat) {
    this.#follow();
    if (!(call instanceof Chat)) return this.emit(name, detail);
    if (ofChat.change === "new") {
      for (const change of /** @type {const} */ (["messages", "typing", "uploads"])) {
        call.on(change, () => this.emit("chat", { chat: call, change }));
      }
    }
    this.emit("chat", { chat: call, ...ofChat });
  }

  /** @param {{ state: ConnectionState, error: TrefoilError | null }} change */
  #connected(change) {
    if (change.state !== "live") this.leg.setSignalling(false);
    this.#channels.setSignalling(change.state === "live");
    if (change.state === "closed") {
      this.#over.abort();
      this.#sound.close();
    }
    this.emit("state", change);
  }

  /** @param {Welcome} welcome */
  #welcomed({ person, resumed, leg }) {
    const first = this.#person === null;
    this.#person = person;
    this.#channels.begin(person);
    this.#calls.begin(resumed);
    this.#sound.begin(leg === undefined ? resumed : leg === "up");
    if (first && person.role !== "customer") void this.#sound.prime().then(() => this.#follow());
    this.#follow();
  }

  /** @param {DeskView} desk */
  #showDesk(desk) {
    this.#desk = desk;
    this.emit("desk", desk);
    this.#follow();
  }

  /** Brings leg and microphone to what the conversations need. */
  #follow() {
    if (this.#person === null || this.state === "closed") return;
    this.#sound.follow({
      warm: this.#person.role !== "customer",
      seat: this.#calls.seated(),
      rings: this.calls.some((call) => call.ringsHere),
      writes: this.chats.size > 0 || this.#channels.busy,
      known: (id) => this.#calls.get(id),
      desk: this.#desk,
    });
  }

  /**
   * Asks for a call with leg and microphone ready.
   *
   * @param {Command} command
   * @returns {Promise<Call>}
   */
  async #spoken(command) {
    try {
      return await this.#sound.whileCalling(async () => {
        const { conversation } = await this.#connection.request(command);
        return this.#shown(String(conversation));
      });
    } finally {
      this.#follow();
    }
  }

  /** @param {Promise<Record<string, unknown>>} asked answered with the conversation */
  async #chatAfter(asked) {
    const { conversation } = await asked;
    const chat = await this.#shown(String(conversation));
    if (chat instanceof Chat) return chat;
    throw new TrefoilError("wrong_medium", "This is a call.");
  }

  /**
   * @param {ConversationId} id
   * @returns {Promise<Call>}
   */
  #shown(id) {
    const call = this.#calls.get(id);
    if (call !== undefined) return Promise.resolve(call);
    const stop = new AbortController();
    /** @type {Deferred<Call>} */
    const shown = deferred();
    this.#calls.on("call", (one) => one.id === id && shown.resolve(one), stop.signal);
    const late = new TrefoilError("no_answer", "The server did not show the call.");
    return within(shown.promise, SHOWN_WITHIN_MS, late).finally(() => stop.abort());
  }
}
