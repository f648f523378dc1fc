import { h } from "./dom.js";
import { fileKey, NOT_HERE } from "./file-state.js";
import { isPicture, size, typeWords } from "./file-words.js";
import { icon } from "./icons.js";
import { button, modal } from "./parts.js";
/** @import { FileLimits, FileRef } from "../client/types.js" */
/** @import { FileShot, FileShots, Large, Staged, UploadShot } from "./file-state.js" */

/** Up to this size a picture is fetched as soon as it can be seen, a larger one when asked for. */
export const MOST_PREVIEW_BYTES = 2 * 1024 * 1024;

/**
 * @typedef {object} FileActions
 * @property {(key: string) => void} saveFile
 * @property {(key: string) => void} stopFile does not want it any more
 * @property {(key: string) => void} showPicture large, or at all
 * @property {(key: string) => void} brokenPicture the browser cannot show it
 * @property {() => void} closePicture
 *
 * @typedef {object} UploadActions
 * @property {(id: string) => void} cancel
 * @property {(id: string) => void} retry
 */

/**
 * @param {FileShots} files
 * @param {string} conversation
 * @param {{ number: number, file?: FileRef }} message
 */
export function fileShotOf(files, conversation, { number, file }) {
  if (file === undefined) return null;
  return files[fileKey(conversation, number)] ?? NOT_HERE;
}

/**
 * The file of a message: what it is, its picture where it is one, and how to have it.
 *
 * @param {string} conversation
 * @param {{ number: number, file: FileRef }} message
 * @param {FileShot} shot
 * @param {FileActions} actions
 */
export function fileCard(conversation, { number, file }, shot, actions) {
  const key = fileKey(conversation, number);
  return h(
    "div",
    { key: "file", class: "file", "data-testid": `file-${number}` },
    isPicture(file.media_type) ? preview(key, number, file, shot, actions) : null,
    h(
      "div",
      { class: "file-line" },
      icon(isPicture(file.media_type) ? "picture" : "file"),
      fileWords(file.name, file.bytes, file.media_type),
      shot.received === null
        ? button({
            testid: `save-${number}`,
            label: "",
            describe: `Save ${file.name}`,
            icon: "save",
            look: "quiet",
            act: () => actions.saveFile(key),
          })
        : button({
            testid: `stop-${number}`,
            label: "",
            describe: `Stop fetching ${file.name}`,
            icon: "close",
            look: "quiet",
            act: () => actions.stopFile(key),
          }),
    ),
    shot.received === null
      ? null
      : h("progress", {
          key: "progress",
          class: "file-progress",
          max: file.bytes,
          value: String(shot.received),
          "aria-label": `Fetching ${file.name}`,
          "data-testid": `fetching-${number}`,
        }),
    shot.problem === null
      ? null
      : h(
          "p",
          { key: "problem", class: "error small", "data-testid": `file-problem-${number}` },
          `${shot.problem}.`,
        ),
  );
}

/**
 * Of one size whatever is in it, so that nothing moves when the picture comes.
 *
 * @param {string} key
 * @param {number} number
 * @param {FileRef} file
 * @param {FileShot} shot
 * @param {FileActions} actions
 */
function preview(key, number, file, { url, received }, actions) {
  const asked = file.bytes > MOST_PREVIEW_BYTES ? `Show it (${size(file.bytes)})` : "";
  return h(
    "button",
    {
      key: "preview",
      type: "button",
      class: "file-picture",
      "data-testid": `picture-${number}`,
      "data-picture": key,
      "aria-label": url === null ? `Show ${file.name}` : `Show ${file.name} large`,
      onclick: () => actions.showPicture(key),
    },
    url === null
      ? h("span", { key: "none", class: "soft" }, icon("picture"), received === null ? asked : "")
      : h("img", {
          key: url,
          src: url,
          alt: file.name,
          onerror: () => actions.brokenPicture(key),
        }),
  );
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {string} mediaType
 * @param {string} [more]
 */
function fileWords(name, bytes, mediaType, more) {
  return h(
    "span",
    { class: "file-words" },
    h("span", { class: "file-name", dir: "auto" }, name),
    h("span", { class: "soft small" }, more ?? `${typeWords(mediaType)}, ${size(bytes)}`),
  );
}

/**
 * What goes with the text that is being written.
 *
 * @param {readonly Staged[]} files
 * @param {(id: string) => void} remove
 */
export function stagedRows(files, remove) {
  if (files.length === 0) return null;
  return h(
    "ul",
    { key: "staged", class: "files", "aria-label": "Files to be sent" },
    files.map(({ id, name, bytes, mediaType }) =>
      h(
        "li",
        { key: id, class: "file-row", "data-testid": "staged" },
        icon(isPicture(mediaType) ? "picture" : "file"),
        fileWords(name, bytes, mediaType),
        button({
          testid: "unstage",
          label: "",
          describe: `Do not send ${name}`,
          icon: "close",
          look: "quiet",
          act: () => remove(id),
        }),
      ),
    ),
  );
}

/**
 * Files on their way. How far they are is told aloud in quarters, so that nobody is talked to
 * without an end.
 *
 * @param {readonly UploadShot[]} uploads
 * @param {UploadActions} actions
 */
export function uploadRows(uploads, actions) {
  return [
    h(
      "p",
      { key: "uploads-told", class: "visually-hidden", role: "status" },
      uploads.map(spoken).join(" "),
    ),
    uploads.length === 0
      ? null
      : h(
          "ul",
          { key: "uploads", class: "files uploads", "aria-label": "Files on their way" },
          uploads.map((one) => uploadRow(one, actions)),
        ),
  ];
}

/** @param {UploadShot} upload */
function spoken({ name, state, sent, bytes, problem }) {
  if (problem !== null) return `${name} was not sent. ${problem}.`;
  if (state !== "sending") return `${name} waits to be sent.`;
  const quarters = bytes === 0 ? 0 : Math.floor((sent * 4) / bytes);
  return quarters === 0 ? `${name} is being sent.` : `${name}: ${quarters * 25} percent.`;
}

/**
 * @param {UploadShot} upload
 * @param {UploadActions} actions
 */
function uploadRow(upload, { cancel, retry }) {
  const { id, name, mediaType, bytes, sent, state, audience, retryable } = upload;
  const failed = state === "failed";
  return h(
    "li",
    {
      key: id,
      class: `file-row upload ${audience === "agents" ? "for-agents" : ""}`,
      "data-testid": "upload",
      "data-state": state,
      "data-audience": audience,
    },
    icon(failed ? "warning" : isPicture(mediaType) ? "picture" : "file"),
    fileWords(name, bytes, mediaType, how(upload)),
    failed && retryable
      ? button({
          testid: "upload-retry",
          label: "",
          describe: `Try to send ${name} again`,
          icon: "retry",
          look: "quiet",
          act: () => retry(id),
        })
      : null,
    button({
      testid: "upload-cancel",
      label: "",
      describe: failed ? `Put ${name} away` : `Do not send ${name}`,
      icon: "close",
      look: "quiet",
      act: () => cancel(id),
    }),
    failed
      ? null
      : h("progress", {
          key: "progress",
          class: "file-progress",
          max: Math.max(1, bytes),
          value: String(sent),
          "aria-label": `Sending ${name}`,
          "data-testid": "upload-progress",
        }),
  );
}

/** @param {UploadShot} upload */
function how({ state, sent, bytes, audience, problem }) {
  const note = audience === "agents" ? "Note to colleagues. " : "";
  if (problem !== null) return `${problem}.`;
  switch (state) {
    case "hashing":
      return `${note}${size(bytes)}, being read…`;
    case "waiting":
      return sent > 0
        ? `${note}${size(sent)} of ${size(bytes)}; goes on when the connection is back`
        : `${note}${size(bytes)}, waits to be sent`;
    case "sending":
    case "kept":
    case "failed":
      return `${note}${size(sent)} of ${size(bytes)}`;
  }
}

/**
 * Where files are chosen: a real field of the form under the look of a button.
 *
 * @param {object} options
 * @param {string | null} options.blocked why nothing can be sent
 * @param {FileLimits | null} options.limits
 * @param {(files: File[]) => void} options.choose
 * @param {() => void} options.prepare somebody is about to choose
 */
export function attachButton({ blocked, limits, choose, prepare }) {
  return h(
    "label",
    {
      key: "attach",
      class: "button quiet attach",
      "data-tip": blocked,
      "aria-disabled": off(blocked),
    },
    icon("clip"),
    h("input", {
      class: "attach-field",
      type: "file",
      multiple: true,
      accept: blocked === null && limits !== null ? limits.types.join(",") : null,
      "data-testid": "attach",
      "aria-label": "Attach files",
      "aria-disabled": off(blocked),
      "aria-description": blocked,
      onclick: (/** @type {Event} */ event) => {
        if (blocked === null) prepare();
        else event.preventDefault();
      },
      onchange: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
        const files = [...(target.files ?? [])];
        // So that the same file can be chosen again.
        target.value = "";
        if (blocked === null && files.length > 0) choose(files);
      },
    }),
  );
}

/** @param {string | null} blocked */
function off(blocked) {
  return blocked === null ? null : "true";
}

/**
 * A picture as large as the window allows.
 *
 * @param {Large | null} picture
 * @param {() => void} close
 */
export function pictureDialog(picture, close) {
  if (picture === null) return null;
  return modal(
    "picture-dialog",
    picture.name,
    close,
    h("img", { class: "picture-large", src: picture.url, alt: picture.name }),
  );
}
