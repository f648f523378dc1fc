import { TrefoilError } from "../client/index.js";
import { refusal } from "../page/words.js";
/** @import { OwnerEntry, QuickReply, ReplyOwner, ReplyWords } from "../client/quick-replies.js" */
/** @import { Picker, RepliesDialog, ReplyForm } from "./replies.js" */
/** @import { StoreEvent } from "./store.js" */

/**
 * @typedef {object} Shelf where quick replies are kept
 * @property {() => Promise<{ owners: OwnerEntry[], replies: QuickReply[] }>} list
 * @property {(owner: ReplyOwner, words: ReplyWords) => Promise<QuickReply>} add
 * @property {(reply: QuickReply, words: ReplyWords) => Promise<QuickReply>} change
 * @property {(reply: QuickReply) => Promise<void>} remove
 *
 * @typedef {object} ReplyPlace
 * @property {Shelf} replies
 * @property {() => readonly [start: number, end: number]} caret where one writes
 * @property {(selector: string, caret?: number) => void} focus
 */

const SEARCH = "[data-reply-search]";
const COMPOSER = "[data-compose]";
const TITLE = "#reply-title";
const NEW = "[data-testid=reply-new]";
const SURE = "[data-testid=reply-keep]";
/** @type {RepliesDialog} */
const LIST = { name: "replies", form: null, removing: null, refused: null };

/**
 * What an agent does with quick replies.
 *
 * @param {(event: StoreEvent) => void} dispatch
 * @param {ReplyPlace} place
 */
export function replyActions(dispatch, { replies, caret, focus }) {
  /** Asks again: others may have changed those of a team. */
  const load = async () => {
    try {
      const { owners, replies: all } = await replies.list();
      dispatch({ type: "replies", owners, all });
    } catch (error) {
      dispatch({ type: "replies_failed", text: inWords(error) });
    }
  };
  const change = (/** @type {Partial<RepliesDialog>} */ change) =>
    dispatch({ type: "replies_dialog", change });
  /** @type {(key: string, act: () => Promise<unknown>, after: () => void) => Promise<void>} */
  const perform = async (key, act, after) => {
    dispatch({ type: "pending", key });
    change({ refused: null });
    try {
      await act();
      await load();
      after();
    } catch (error) {
      change({ refused: `Not done: ${inWords(error)}.` });
      if (isStale(error)) {
        await load();
        dispatch({ type: "reply_stale" });
      }
    } finally {
      dispatch({ type: "done", key });
    }
  };
  return {
    loadReplies: () => void load(),
    openReplies: (/** @type {string} */ conversation, slash = false) => {
      /** @type {Picker} */
      const picker = { conversation, slash, query: "", chosen: 0, caret: caret() };
      dispatch({ type: "pick", picker });
      focus(SEARCH);
      void load();
    },
    searchReplies: (/** @type {string} */ query) =>
      dispatch({ type: "picking", change: { query, chosen: 0 } }),
    chooseReply: (/** @type {number} */ chosen) =>
      dispatch({ type: "picking", change: { chosen } }),
    /** The focus went elsewhere, and stays there. */
    leaveReplies: () => dispatch({ type: "picker_left" }),
    /** Puts a text into what is being written, to be read over and sent. */
    writeIn: (
      /** @type {string} */ conversation,
      /** @type {{ text: string, unfilled?: readonly string[], caret: number }} */ written,
    ) => {
      const { text, unfilled, caret: at } = written;
      dispatch({ type: "pick", picker: null });
      const put = unfilled === undefined ? { text } : { text, unfilled };
      dispatch({ type: "compose", conversation, change: put });
      focus(COMPOSER, at);
    },
    manageReplies: (/** @type {ReplyForm | null} */ form = null) => {
      dispatch({ type: "pick", picker: null });
      dispatch({ type: "dialog", dialog: { ...LIST, form } });
      void load();
    },
    showForm: (/** @type {ReplyForm | null} */ form) => {
      change({ form, removing: null, refused: null });
      focus(form === null ? NEW : TITLE);
    },
    writeReply: (/** @type {Partial<ReplyForm>} */ change) =>
      dispatch({ type: "reply_form", change }),
    askToRemove: (/** @type {string | null} */ removing) => {
      change({ removing, refused: null });
      focus(removing === null ? NEW : SURE);
    },
    saveReply: (/** @type {ReplyForm} */ { reply, owner, title, text, shortcut }) => {
      const [short, words] = [shortcut.trim(), { title: title.trim(), text: text.trim() }];
      const all = short === "" ? words : { ...words, shortcut: short };
      const act = () => (reply === null ? replies.add(owner, all) : replies.change(reply, all));
      return perform("save reply", act, () => {
        change({ form: null });
        focus(NEW);
      });
    },
    removeReply: (/** @type {QuickReply} */ reply) =>
      perform(`remove ${reply.id}`, () => replies.remove(reply), () => {
        change({ removing: null });
        focus(NEW);
      }),
  };
}

/** @param {unknown} error */
function isStale(error) {
  if (!(error instanceof TrefoilError)) return false;
  return error.code === "changed_meanwhile" || error.code === "unknown_quick_reply";
}

/** @type {Readonly<Record<string, string>>} */
const FIELDS = { title: "The title", text: "The text", shortcut: "The shortcut" };

/**
 * Why something was not done, without a full stop.
 *
 * @param {unknown} error
 */
export function inWords(error) {
  if (!(error instanceof TrefoilError)) return "please try again";
  const { code, message, extra } = error;
  switch (code) {
    case "changed_meanwhile":
      return "somebody has changed it meanwhile";
    case "unknown_quick_reply":
      return "it does not exist any more";
    case "shortcut_taken":
      return `/${extra["shortcut"]} stands for “${extra["by"]}” already`;
    case "too_many":
      return `there can be ${extra["max"]} at most`;
    case "not_permitted":
      return "only who manages the team may";
    case "invalid":
      return invalid(extra["problems"]) ?? message.replace(/\.$/, "");
    default:
      return refusal(code, message.replace(/\.$/, ""));
  }
}

/** @param {unknown} problems */
function invalid(problems) {
  const [first] = Array.isArray(problems) ? problems : [];
  if (typeof first?.message !== "string") return null;
  return `${FIELDS[first.field] ?? first.field} ${first.message}`;
}
