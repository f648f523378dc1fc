/** Long enough for the browser to begin with it. */
const GONE_AFTER_MS = 60_000;

/**
 * Saves something as a file on this machine.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function saveAs(blob, name) {
  // As bytes of no kind: a browser that is given a page would show it as one of this origin.
  const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), GONE_AFTER_MS);
}
