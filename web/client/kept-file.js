import { TrefoilError } from "./errors.js";
import { sha256Of } from "./hash.js";
import { cut, got } from "./http.js";
/** @import { FetchOptions } from "./fetcher.js" */
/** @import { HttpServer } from "./http.js" */
/** @import { ConversationId, FileRef } from "./types.js" */

/**
 * The file of a message, also of a chat that is over, as long as the server keeps it.
 *
 * @param {HttpServer} server
 * @param {ConversationId} conversation
 * @param {FileRef} file
 * @param {FetchOptions} [options]
 * @returns {Promise<Blob>} whole and as it was sent
 */
export async function keptFile(server, conversation, file, { onProgress, signal } = {}) {
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/files/${file.id}`;
  const aborted = () => new TrefoilError("aborted", "The file is not wanted any more.");
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  try {
    const { body } = await got(server, path, {}, signal);
    const reader = body?.getReader();
    for (let received = 0; ; ) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done || value === undefined) break;
      parts.push(value);
      received += value.length;
      if (received > file.bytes) break;
      onProgress?.(received, file.bytes);
    }
  } catch (error) {
    if (signal?.aborted) throw aborted();
    throw error instanceof TrefoilError ? error : cut();
  }
  const blob = new Blob(parts, { type: file.media_type });
  if ((await sha256Of(blob)) === file.sha256) return blob;
  throw new TrefoilError("file_hash_wrong", "What came is not the file that was sent.");
}
