import { TrefoilError } from "../client/index.js";
import { chatActions } from "./chat-actions.js";
import { replyActions } from "./reply-actions.js";
import { superviseActions } from "./supervise.js";
/** @import { Client } from "../client/index.js" */
/** @import { FileActions } from "../page/file-view.js" */
/** @import { InviteOptions } from "../client/call.js" */
/** @import { TranscriptFormat } from "../client/transcript.js" */
/** @import { Medium, Message } from "../client/types.js" */
/** @import { State, StoreEvent, TransferDraft, TransferWay } from "./store.js" */

/**
 * @typedef {(id: string, format: TranscriptFormat, forCustomer: boolean) => Promise<void>}
 *   SaveTranscript
 *
 * What signing in and out mean is the page's business; the rest goes to the client.
 *
 * @typedef {OwnDoor & FileActions} Door
 *
 * @typedef {object} OwnDoor
 * @property {(agent: string) => void} signInDemo
 * @property {(token: string) => void} signInToken
 * @property {(login: string, password: string) => void} signInPassword
 * @property {() => void} signOut
 * @property {() => void} resumeSound
 * @property {SaveTranscript} saveTranscript
 * @property {(conversation: string) => Promise<Message[]>} writtenIn
 * @property {() => State} state as it is at the moment
 * @property {import("./reply-actions.js").Shelf} replies
 * @property {() => readonly [start: number, end: number]} caret where one writes
 * @property {(selector: string, caret?: number) => void} focus goes to an element, and to a place
 *   in its text, once all is drawn
 *
 * @typedef {ReturnType<typeof makeActions>} Actions
 */

/**
 * Everything a person can do at the desk. Each command shows itself as pending until the server
 * has answered, and a refusal becomes news in plain words.
 *
 * @param {() => Client | null} client
 * @param {(event: StoreEvent) => void} dispatch
 * @param {Door} door
 */
export function makeActions(client, dispatch, door) {
  /**
   * @param {string} key
   * @param {(client: Client) => Promise<unknown>} command
   */
  const run = (key, command) => {
    const present = client();
    if (present !== null) void perform(present, dispatch, key, command);
  };
  const closeDialog = () => dispatch({ type: "dialog", dialog: { name: "none" } });
  /** @type {(conversation: string, way: TransferWay) => void} */
  const choose = (conversation, way) => {
    const draft = { ...freshDraft(conversation), way };
    dispatch({ type: "dialog", dialog: { name: "transfer", draft } });
  };
  return {
    ...door,
    ...superviseActions(run, dispatch, choose),
    ...chatActions(client, run, dispatch, door),
    saveChat: (
      /** @type {string} */ id,
      /** @type {TranscriptFormat} */ format,
      /** @type {boolean} */ forCustomer,
    ) => run(`save ${id}`, () => door.saveTranscript(id, format, forCustomer)),
    ...replyActions(dispatch, door),
    dispatch,
    closeDialog,
    accept: (/** @type {string} */ id) => run(`accept ${id}`, (c) => c.answer(id)),
    decline: (/** @type {string} */ id, /** @type {string} */ text) => {
      closeDialog();
      run(`decline ${id}`, (c) => c.decline(id, text));
    },
    cancel: (/** @type {string} */ id) => run(`cancel ${id}`, (c) => c.cancel(id)),
    swap: (/** @type {string} */ id) => run(`swap ${id}`, (c) => c.swap(id)),
    merge: (/** @type {string} */ id) => run(`merge ${id}`, (c) => c.merge(id)),
    complete: (/** @type {string} */ id) => run(`complete ${id}`, (c) => c.complete(id)),
    leave: (/** @type {string} */ id) => run(`leave ${id}`, (c) => c.leave(id)),
    mute: (/** @type {string} */ id, /** @type {boolean} */ muted) =>
      run(`${muted ? "mute" : "unmute"} ${id}`, (c) => c.mute(id, muted)),
    hold: (/** @type {string} */ id, /** @type {string} */ whom) =>
      run(`hold ${id} ${whom}`, (c) => c.hold(id, whom)),
    resume: (/** @type {string} */ id, /** @type {string} */ whom) =>
      run(`resume ${id} ${whom}`, (c) => c.resume(id, whom)),
    remove: (/** @type {string} */ id, /** @type {string} */ whom) =>
      run(`remove ${id} ${whom}`, (c) => c.remove(id, whom)),
    // The dialog stays until the call shows that it rings, so that a refusal leaves all as it was.
    invite: (/** @type {TransferDraft} */ draft) => {
      dispatch({ type: "draft", change: { refused: null } });
      run(`invite ${draft.conversation}`, (c) => send(c, draft));
    },
    setStatus: (
      /** @type {"present" | "away"} */ status,
      /** @type {string} */ reason = "other",
      /** @type {Medium | undefined} */ medium = undefined,
    ) => run("status", (c) => c.setStatus(status, status === "away" ? reason : undefined, medium)),
    takeNext: (/** @type {string | undefined} */ team = undefined) =>
      run(`get_next ${team ?? ""}`, (c) => c.getNext(team)),
    callAgent: (/** @type {string} */ id) => run(`call_agent ${id}`, (c) => c.callAgent(id)),
    extendWrapUp: () => run("extend_wrap_up", (c) => c.extendWrapUp()),
    finishWrapUp: () => run("finish_wrap_up", (c) => c.finishWrapUp()),
    // Its failure is shown by the microphone's own state.
    retryMicrophone: () => void client()?.retryMicrophone(),
    openTransfer: (
      /** @type {string} */ conversation,
      /** @type {TransferWay} */ way = "consult",
    ) => choose(conversation, way),
  };
}

/**
 * @param {string} conversation
 * @returns {TransferDraft}
 */
function freshDraft(conversation) {
  return {
    conversation,
    search: "",
    target: null,
    way: "consult",
    holdNow: false,
    stayHeld: false,
    note: "",
    refused: null,
  };
}

/**
 * @param {Client} client
 * @param {TransferDraft} draft
 */
async function send(client, draft) {
  if (draft.target === null) return;
  const note = draft.note.trim();
  if (draft.way === "blind") {
    await client.transfer(draft.conversation, draft.target, note);
    return;
  }
  /** @type {InviteOptions} */
  const options = {
    hold: draft.way === "conference" ? "never" : draft.holdNow ? "now" : "on_answer",
    onFailure: draft.stayHeld ? "stay_held" : "resume",
    note,
  };
  await client.invite(draft.conversation, draft.target, options);
}

/**
 * @param {Client} client
 * @param {(event: StoreEvent) => void} dispatch
 * @param {string} key
 * @param {(client: Client) => Promise<unknown>} command
 */
async function perform(client, dispatch, key, command) {
  dispatch({ type: "pending", key });
  try {
    await command(client);
    dispatch({ type: "done", key });
  } catch (error) {
    const known = error instanceof TrefoilError;
    const code = known ? error.code : "unknown";
    const message = known ? error.message : "That did not work; please try again";
    const extra = known ? error.extra : {};
    dispatch({ type: "refused", key, code, message: message.replace(/\.$/, ""), extra });
  }
}
