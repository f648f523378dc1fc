/** Files that somebody drops on the conversation, or pastes into it. */

/**
 * @param {Document} page
 * @param {(files: File[]) => void} take
 */
export function heedDrops(page, take) {
  const root = page.documentElement;
  const show = (/** @type {boolean} */ dragging) => {
    if (dragging) root.dataset["dragging"] = "";
    else delete root.dataset["dragging"];
  };
  page.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    // Wherever it falls, the page is not left for the file.
    event.preventDefault();
    event.dataTransfer.dropEffect = place(event) === null ? "none" : "copy";
    show(true);
  });
  page.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) show(false);
  });
  page.addEventListener("drop", (event) => {
    show(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (place(event) !== null) take(files);
  });
  page.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // What is text and a picture of it, as from a table, is pasted as text.
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    if (place(event) === null && page.activeElement !== page.body) return;
    event.preventDefault();
    take(files);
  });
}

/** @param {Event} event */
function place({ target }) {
  return target instanceof Element ? target.closest("[data-drop]") : null;
}
