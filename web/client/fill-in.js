/** Texts with variables in braces, filled in before somebody reads them over and sends them. */

/**
 * @typedef {object} Part
 * @property {string} text
 * @property {"plain" | "filled" | "unfilled"} kind
 *
 * @typedef {object} FilledIn
 * @property {string} text
 * @property {readonly Part[]} parts the same, told apart
 * @property {readonly string[]} unfilled what stayed as it was, such as `{voucher}`; each once
 */

/** A doubled brace, or a name in braces. */
const BRACES = /\{\{|\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/**
 * Puts values in the place of `{names}`; `{{` stands for a brace. What has no value stays as it is.
 * Values are text: names in braces that stand in one are not looked at again.
 *
 * @param {string} text
 * @param {Readonly<Record<string, string | undefined>>} values
 * @returns {FilledIn}
 */
export function fillIn(text, values) {
  /** @type {Part[]} */
  const parts = [];
  const add = (/** @type {string} */ text, /** @type {Part["kind"]} */ kind) => {
    const last = parts.at(-1);
    if (last?.kind === "plain" && kind === "plain") last.text += text;
    else if (text !== "") parts.push({ text, kind });
  };
  let at = 0;
  for (const found of text.matchAll(BRACES)) {
    const [whole, name] = found;
    add(text.slice(at, found.index), "plain");
    at = found.index + whole.length;
    const value = name === undefined ? "{" : valueOf(values, name);
    if (value === undefined) add(whole, "unfilled");
    else add(value, name === undefined ? "plain" : "filled");
  }
  add(text.slice(at), "plain");
  const unfilled = parts.filter(({ kind }) => kind === "unfilled").map((part) => part.text);
  return {
    text: parts.map((part) => part.text).join(""),
    parts,
    unfilled: [...new Set(unfilled)],
  };
}

/**
 * @param {Readonly<Record<string, string | undefined>>} values
 * @param {string} name
 */
function valueOf(values, name) {
  const value = Object.hasOwn(values, name) ? values[name]?.trim() : undefined;
  return value === "" ? undefined : value;
}

/**
 * How one greets at that time of day, by its own clock.
 *
 * @param {Date} now
 */
export function greeting(now) {
  const hour = now.getHours();
  if (hour >= 5 && hour < 12) return "Good morning";
  return hour >= 12 && hour < 18 ? "Good afternoon" : "Good evening";
}
