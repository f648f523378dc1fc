/**
 * The channel a page calls by, as the server knows it at the moment.
 *
 * @typedef {object} Texts what its operator tells customers: plain text, to be shown as such
 * @property {string} [greeting]
 * @property {string} [waiting] `{position}` and `{estimated_wait}` stand for the numbers
 * @property {string} [closed] `{opens_at}` stands for the next opening
 * @property {string} [full]
 *
 * @typedef {object} Channel
 * @property {string} id
 * @property {string} [name] absent while the server could not be asked
 * @property {"voice" | "chat"} [medium]
 * @property {Texts} texts
 */

/**
 * @param {string} id
 * @returns {Promise<Channel>} without texts when it is unknown: the call will say so
 */
export async function channelOf(id) {
  try {
    const response = await fetch(`/v1/channels/${encodeURIComponent(id)}`);
    if (!response.ok) return { id, texts: {} };
    const { name, medium, texts } = await response.json();
    return { id, name, medium, texts };
  } catch {
    return { id, texts: {} };
  }
}

/**
 * Puts values in the place of their names in braces; a name that is none of them stays.
 *
 * @param {string} text
 * @param {Readonly<Record<string, string>>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/gu, (whole, name) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/**
 * What a waiting customer is told, where the channel has words of its own.
 *
 * @param {Texts} texts
 * @param {{ position?: number, estimated_wait_ms?: number | null }} wait
 */
export function waitingText(texts, { position = 1, estimated_wait_ms: ms }) {
  if (texts.waiting === undefined) return null;
  return filled(texts.waiting, { position: String(position), estimated_wait: waitInWords(ms) });
}

/**
 * As the server says it in the messages of a chat, which stand beside this.
 *
 * @param {number | null | undefined} ms
 */
function waitInWords(ms) {
  if (ms === undefined || ms === null) return "not known yet";
  const minutes = Math.ceil(ms / 60_000);
  if (minutes === 0) return "less than a minute";
  return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
}

/**
 * Why nobody takes the call, where there is more to say than the code.
 *
 * @param {Texts} texts
 * @param {string} code
 * @param {unknown} opensAt `opens_at_ms` of the refusal
 * @param {string} [locale] the browser's own, if absent
 */
export function refusalText(texts, code, opensAt, locale) {
  if (code === "queue_full") return texts.full ?? null;
  if (code !== "closed") return null;
  const opens = typeof opensAt === "number" ? moment(opensAt, locale) : null;
  if (texts.closed === undefined) {
    return opens === null ? null : `Closed at the moment. We open on ${opens}.`;
  }
  return filled(texts.closed, { opens_at: opens ?? "another time" });
}

/**
 * @param {number} at
 * @param {string} [locale]
 */
function moment(at, locale) {
  /** @type {Intl.DateTimeFormatOptions} */
  const day = { weekday: "long", month: "long", day: "numeric" };
  return new Date(at).toLocaleString(locale, { ...day, hour: "numeric", minute: "2-digit" });
}
