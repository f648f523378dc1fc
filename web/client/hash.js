import { TrefoilError } from "./errors.js";

/**
 * The SHA-256 of a file, in hex digits.
 *
 * @param {Blob} blob
 */
export async function sha256Of(blob) {
  // On pages without a secure origin there is none.
  if (globalThis.crypto?.subtle === undefined) {
    throw new TrefoilError("insecure_page", "Files go over secure pages only.");
  }
  /** @type {ArrayBuffer} */
  let bytes;
  try {
    bytes = await blob.arrayBuffer();
  } catch {
    throw new TrefoilError("file_unreadable", "The file cannot be read.");
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
