import { asked, cut } from "./http.js";
/** @import { HttpServer } from "./http.js" */
/** @import { PersonId } from "./types.js" */

/**
 * @typedef {object} ReplyWords what a quick reply says, and how it is found
 * @property {string} title
 * @property {string} text with variables such as `{customer}`, which `fillIn` fills in
 * @property {string} [shortcut]
 *
 * @typedef {`agent:${string}` | `team:${string}`} ReplyOwner whose it is
 *
 * @typedef {object} Kept as the server keeps it
 * @property {string} id
 * @property {ReplyOwner} owner
 * @property {number} version
 * @property {number} updated_at_ms
 * @property {PersonId} updated_by
 *
 * @typedef {ReplyWords & Kept} QuickReply
 *
 * @typedef {object} OwnerEntry somebody whose quick replies one may use
 * @property {ReplyOwner} owner oneself first, then the teams
 * @property {string} [name] of the team
 * @property {boolean} may_change
 */

const PATH = "/v1/quick-replies";

/**
 * The quick replies of an agent and of its teams. Each call asks as whoever the server's token
 * says at that moment.
 *
 * @param {HttpServer} server
 */
export function quickReplies(server) {
  const one = (/** @type {string} */ id) => `${PATH}/${encodeURIComponent(id)}`;
  return {
    /** @returns {Promise<{ owners: OwnerEntry[], replies: QuickReply[] }>} */
    async list() {
      /** @type {QuickReply[]} */
      const replies = [];
      /** @type {Record<string, string>} */
      let query = {};
      for (;;) {
        const page = await ask(server, "GET", PATH, query);
        replies.push(...page.quick_replies);
        if (page.next === undefined) return { owners: page.owners, replies };
        query = { after: page.next };
      }
    },
    /** @type {(owner: ReplyOwner, words: ReplyWords) => Promise<QuickReply>} */
    add: (owner, words) => ask(server, "POST", PATH, {}, { owner, ...words }),
    /** @type {(reply: QuickReply, words: ReplyWords) => Promise<QuickReply>} */
    change: ({ id, version }, words) => ask(server, "PUT", one(id), {}, { version, ...words }),
    /** @type {(reply: QuickReply) => Promise<void>} */
    remove: ({ id, version }) => ask(server, "DELETE", one(id), { version: String(version) }),
  };
}

/**
 * @param {HttpServer} server
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {Readonly<Record<string, string>>} query
 * @param {object} [body]
 */
async function ask(server, method, path, query, body) {
  const written = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await asked(server, path, query, { method, ...written });
  try {
    return answer.status === 204 ? undefined : await answer.json();
  } catch {
    throw cut();
  }
}
