import { UNWRITTEN } from "./chats.js";
/** @import { Compose } from "./chats.js" */
/** @import { State } from "./store.js" */

/** What was being written outlives a reload of the page. */

/**
 * @typedef {{ read: () => string | null, write: (value: string) => void, forget: () => void }} Kept
 */

/**
 * @param {Kept} kept
 * @param {State} state
 */
export function keepDrafts(kept, { person, drafts }) {
  const begun = Object.entries(drafts).filter(([, { text }]) => text.trim() !== "");
  if (person === null || begun.length === 0) return kept.forget();
  const texts = begun.map(([id, { text, note, unfilled }]) => [id, { text, note, unfilled }]);
  kept.write(JSON.stringify({ person: person.id, drafts: Object.fromEntries(texts) }));
}

/**
 * Those of this person, whoever used the page before.
 *
 * @param {Kept} kept
 * @param {string} person
 * @returns {Record<string, Compose>}
 */
export function keptDrafts(kept, person) {
  try {
    const all = JSON.parse(kept.read() ?? "null");
    if (all?.person !== person) return {};
    const drafts = Object.entries(all.drafts).map(([id, { text, note, unfilled }]) => {
      const open = Array.isArray(unfilled) ? { unfilled: unfilled.map(String) } : {};
      const draft = { ...UNWRITTEN, text: String(text), note: note === true, ...open };
      return /** @type {const} */ ([id, draft]);
    });
    return Object.fromEntries(drafts);
  } catch {
    // Something else wrote there: nothing of ours is lost with it.
    return {};
  }
}
