/**
 * What systems do not agree about, or do not know: the same file is to be the same type wherever it
 * is sent from.
 *
 * @type {Readonly<Record<string, string>>}
 */
const BY_EXTENSION = {
  csv: "text/csv",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  odp: "application/vnd.oasis.opendocument.presentation",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  ogg: "audio/ogg",
  pdf: "application/pdf",
  png: "image/png",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  txt: "text/plain",
  wav: "audio/wav",
  webp: "image/webp",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  zip: "application/zip",
};

/**
 * The media type of a file, without parameters and in lower case.
 *
 * @param {string} name
 * @param {string} told what the browser takes it for
 */
export function mediaTypeOf(name, told) {
  const extension = name.includes(".") ? (name.split(".").at(-1)?.toLowerCase() ?? "") : "";
  const known = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  const plain = told.split(";")[0]?.trim().toLowerCase() ?? "";
  return known ?? (plain === "" ? "application/octet-stream" : plain);
}
