import { refusal } from "./words.js";

/** Files in the words of the people who send and read them. */

/** @type {Readonly<Record<string, readonly [short: string, long: string]>>} */
const TYPES = {
  "image/png": ["PNG", "PNG picture"],
  "image/jpeg": ["JPEG", "JPEG picture"],
  "image/gif": ["GIF", "GIF picture"],
  "image/webp": ["WebP", "WebP picture"],
  "application/pdf": ["PDF", "PDF document"],
  "text/plain": ["text", "Text"],
  "text/csv": ["CSV", "CSV table"],
  "application/zip": ["ZIP", "ZIP archive"],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": [
    "Word",
    "Word document",
  ],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["Excel", "Excel table"],
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": [
    "PowerPoint",
    "PowerPoint presentation",
  ],
  "application/vnd.oasis.opendocument.text": ["OpenDocument", "OpenDocument text"],
  "application/vnd.oasis.opendocument.spreadsheet": ["OpenDocument", "OpenDocument table"],
  "audio/mpeg": ["MP3", "MP3 sound"],
  "audio/ogg": ["Ogg", "Ogg sound"],
  "audio/wav": ["WAV", "WAV sound"],
  "video/mp4": ["MP4", "MP4 video"],
};

/** What is shown in the page: nothing that could bring more than a picture with it. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** @param {string} mediaType */
export function isPicture(mediaType) {
  return PICTURES.includes(mediaType);
}

/** @param {string} mediaType */
export function typeWords(mediaType) {
  return TYPES[mediaType]?.[1] ?? "File";
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** @param {unknown} limit in bytes */
function most(limit) {
  const bytes = Number(limit);
  if (!Number.isFinite(bytes) || bytes <= 0) return "";
  // An operator gives it in whole MiB, and that is what people call MB.
  const mib = bytes / 1024 ** 2;
  return `: at most ${Number.isInteger(mib) ? `${mib} MB` : size(bytes)}`;
}

/** @param {unknown} allowed media types */
function allowedWords(allowed) {
  if (!Array.isArray(allowed) || allowed.length === 0) return "";
  const words = new Set(allowed.map((type) => TYPES[type]?.[0] ?? String(type)));
  return `; these can: ${[...words].join(", ")}`;
}

/** @type {Readonly<Record<string, string>>} */
const PROBLEMS = {
  file_empty: "The file is empty",
  too_many_files: "This chat has as many files as it takes",
  too_many_unsent: "Too many files wait to be sent",
  file_hash_wrong: "It did not arrive as it was sent; please try again",
  file_differs: "The file has changed since it was begun; please try again",
  file_type_wrong: "The contents are not what the name says they are",
  file_unreadable: "The file cannot be read; it may have changed. Please choose it once more",
  file_not_kept:
    "Not sent, because the page was loaded again before that. Please choose it once more",
  files_off: "No files can be sent here",
  insecure_page: "Files travel over secure pages (https) only",
  file_gone: "The file was deleted",
  no_such_file: "The file is not there any more",
  too_many_fetches: "Many files are on their way; one moment please",
  not_a_participant: "You are no longer in this chat",
  conversation_ended: "This chat has ended",
  not_owner: "You no longer answer for this chat",
};

/**
 * Why a file was not sent, or did not come, and what can be done.
 *
 * @param {{ code: string, message: string, extra?: Readonly<Record<string, unknown>> }} error
 */
export function fileProblem({ code, message, extra = {} }) {
  if (code === "file_too_large") return `The file is too large${most(extra["limit"])}`;
  if (code === "file_type_not_allowed") {
    return `Files of this type cannot be sent${allowedWords(extra["allowed"])}`;
  }
  return (PROBLEMS[code] ?? refusal(code, message)).replace(/\.$/, "");
}
