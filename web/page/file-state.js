import { mediaTypeOf } from "../client/media-types.js";
import { fileProblem } from "./file-words.js";
/** @import { Chat, Upload } from "../client/index.js" */
/** @import { UploadState } from "../client/upload.js" */
/** @import { Audience, ConversationId } from "../client/types.js" */

/** What the pages know of files: those chosen, those on their way, and those in messages. */

/** More than one message is about. */
const MOST_STAGED = 10;

/**
 * @typedef {object} Staged a file that was chosen and is sent with what is being written
 * @property {string} id
 * @property {File} file
 * @property {string} name
 * @property {number} bytes
 * @property {string} mediaType
 *
 * @typedef {object} UploadShot what the SDK knows of an upload, at one moment
 * @property {string} id
 * @property {string} name
 * @property {string} mediaType
 * @property {number} bytes
 * @property {number} sent
 * @property {UploadState} state
 * @property {Audience} audience
 * @property {string} caption
 * @property {string | null} problem why it failed, in words
 * @property {boolean} retryable
 *
 * @typedef {object} FileShot what is here of the file of a message
 * @property {string | null} url of a picture that is here, and can be shown
 * @property {number | null} received how much has come of one that is being fetched
 * @property {string | null} problem why it is not here
 *
 * @typedef {Readonly<Record<string, FileShot>>} FileShots
 *
 * @typedef {object} Large a picture that is looked at
 * @property {string} key
 * @property {string} name
 * @property {string} url
 *
 * @typedef {{ type: "file", key: string, change: Partial<FileShot> }} FileEvent
 */

/** @type {FileShot} */
export const NOT_HERE = { url: null, received: null, problem: null };

/**
 * Of which message a file is.
 *
 * @param {ConversationId} conversation
 * @param {number} number
 */
export function fileKey(conversation, number) {
  return `${conversation} ${number}`;
}

/**
 * @param {FileShots} files
 * @param {FileEvent} event
 * @returns {FileShots}
 */
export function changeFiles(files, { key, change }) {
  return { ...files, [key]: { ...(files[key] ?? NOT_HERE), ...change } };
}

/**
 * The SDK's upload as it is at this moment.
 *
 * @param {Upload} upload
 * @returns {UploadShot}
 */
export function uploadShot(upload) {
  const { id, name, mediaType, bytes, sent, state, audience, caption, retryable, error } = upload;
  const problem = error === null ? null : fileProblem(error);
  return { id, name, mediaType, bytes, sent, state, audience, caption, retryable, problem };
}

let chosen = 0;

/**
 * What of the files that somebody chose goes with what is being written, and why the others do not.
 *
 * @param {readonly Staged[]} before
 * @param {readonly File[]} files
 * @param {Pick<Chat, "fileRefusal" | "prepareFiles">} chat
 * @returns {{ files: readonly Staged[], refused: string | null }}
 */
export function staged(before, files, chat) {
  chat.prepareFiles();
  const all = [...before];
  /** @type {string[]} */
  const refused = [];
  for (const file of files) {
    const error = chat.fileRefusal(file);
    if (error !== null) refused.push(`${file.name}. ${fileProblem(error)}`);
    else if (all.length >= MOST_STAGED) refused.push(`At most ${MOST_STAGED} files at once`);
    else {
      const { name, size: bytes } = file;
      const mediaType = mediaTypeOf(name, file.type);
      all.push({ id: `s${++chosen}`, file, name, bytes, mediaType });
    }
  }
  return { files: all, refused: refused.length === 0 ? null : [...new Set(refused)].join(". ") };
}

/**
 * Sends what was chosen, the first of it with the text as its caption; without any, the text alone.
 *
 * @param {Chat} chat
 * @param {string} text
 * @param {readonly Staged[]} files
 * @param {Audience} audience
 */
export function sendWith(chat, text, files, audience) {
  if (files.length === 0) return void chat.send(text, { audience });
  for (const [at, { file }] of files.entries()) {
    chat.sendFile(file, { audience, caption: at === 0 ? text : "" });
  }
}
