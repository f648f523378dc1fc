import { TrefoilError } from "./errors.js";
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
 *
 * @typedef {object} ReplyServer
 * @property {string} url of the WebSocket, as of the client
 * @property {string | (() => Promise<string>)} token
 * @property {typeof globalThis.fetch} [fetch]
 */

const PATH = "/v1/quick-replies";

/**
 * The quick replies of an agent and of its teams. Each call asks as whoever the server's token
 * says at that moment.
 *
 * @param {ReplyServer} server
 */
export function quickReplies(server) {
  const one = (/** @type {string} */ id) => `${PATH}/${encodeURIComponent(id)}`;
  return {
    /** @returns {Promise<{ owners: OwnerEntry[], replies: QuickReply[] }>} */
    async list() {
      /** @type {QuickReply[]} */
      const replies = [];
      let after = "";
      for (;;) {
        const page = await ask(server, "GET", `${PATH}${after}`);
        replies.push(...page.quick_replies);
        if (page.next === undefined) return { owners: page.owners, replies };
        after = `?after=${page.next}`;
      }
    },
    /** @type {(owner: ReplyOwner, words: ReplyWords) => Promise<QuickReply>} */
    add: (owner, words) => ask(server, "POST", PATH, { owner, ...words }),
    /** @type {(reply: QuickReply, words: ReplyWords) => Promise<QuickReply>} */
    change: ({ id, version }, words) => ask(server, "PUT", one(id), { version, ...words }),
    /** @type {(reply: QuickReply) => Promise<void>} */
    remove: ({ id, version }) => ask(server, "DELETE", `${one(id)}?version=${version}`),
  };
}

/**
 * @param {ReplyServer} server
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 */
async function ask({ url, token, fetch = globalThis.fetch }, method, path, body) {
  const bearer = typeof token === "string" ? token : await token();
  /** @type {Record<string, string>} */
  const headers = { authorization: `Bearer ${bearer}` };
  /** @type {RequestInit} */
  const request = { method, headers, cache: "no-store", credentials: "omit" };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  /** @type {Response} */
  let answer;
  try {
    // ws and wss become http and https.
    answer = await fetch(new URL(path, url.replace(/^ws/, "http")), request);
    if (answer.ok) return answer.status === 204 ? undefined : await answer.json();
  } catch {
    throw new TrefoilError("not_connected", "The server cannot be reached.");
  }
  throw await answer.json().then(
    ({ error }) => TrefoilError.fromWire(error),
    () => new TrefoilError("unknown", `The server answered ${answer.status}.`),
  );
}
