import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keptFile } from "../client/index.js";
import { carrying, fileOf, FileServer, filesOf, hashOf, quiet, settle } from "./file-server.js";

const TEXT = "a file of some thirty characters";

describe("a file that is fetched", () => {
  /** @param {string} text */
  async function offered(text) {
    const server = new FileServer();
    server.files.set(7, new TextEncoder().encode(text));
    const message = carrying(7, { bytes: text.length, sha256: await hashOf(text) });
    return { ...filesOf(server), message };
  }

  test("comes with progress, and is checked", async () => {
    const { files, server, message } = await offered(TEXT);
    /** @type {number[]} */
    const progress = [];
    const onProgress = (/** @type {number} */ got) => progress.push(got);
    const fetched = files.fetch("c1", message, { onProgress });
    await settle(server);
    const blob = await fetched;
    assert.equal(await blob.text(), TEXT);
    assert.equal(blob.type, "text/plain");
    assert.equal(progress.at(-1), TEXT.length);
    assert.equal(progress.length, TEXT.length / 4);
    assert.equal(files.busy, false);
  });

  test("that is not what was sent is not given to the page", async () => {
    const { files, server, message } = await offered(TEXT);
    server.files.set(7, new TextEncoder().encode(TEXT.replace("thirty", "twenty")));
    const fetched = files.fetch("c1", message, {});
    await Promise.all([assert.rejects(fetched, { code: "file_hash_wrong" }), settle(server)]);
  });

  test("that is longer than it was said to be is stopped", async () => {
    const { files, server, message } = await offered(TEXT);
    server.files.set(7, new TextEncoder().encode(TEXT + TEXT));
    const fetched = files.fetch("c1", message, {});
    await Promise.all([assert.rejects(fetched, { code: "file_hash_wrong" }), settle(server)]);
    assert.equal(server.last.frames("stop").length, 1);
  });

  test("goes on where it was after a break", async () => {
    const { files, server, message } = await offered(TEXT);
    const fetched = files.fetch("c1", message, {});
    await quiet();
    server.last.says();
    server.last.hears();
    for (let i = 0; i < 4; i++) server.last.says();
    files.setLeg(false);
    files.setLeg(true);
    await settle(server);
    assert.equal(await (await fetched).text(), TEXT);
    assert.equal(server.last.frames("fetch")[0].offset, 12);
  });

  test("that is not wanted any more makes room for the next", async () => {
    const { files, server, message } = await offered(TEXT);
    server.files.set(8, new TextEncoder().encode("next"));
    const next = carrying(8, { bytes: 4, sha256: await hashOf("next") });
    const over = new AbortController();
    const fetched = files.fetch("c1", message, { signal: over.signal });
    const following = files.fetch("c1", next, {});
    await quiet();
    server.last.says();
    server.last.hears();
    server.last.says();
    server.last.says();
    over.abort();
    await assert.rejects(fetched, { code: "aborted" });
    while (server.last.hears());
    assert.equal(server.last.frames("stop").length, 1);
    assert.equal(server.last.frames("fetch").length, 1, "one at a time");
    const error = { code: "stopped", message: "Stopped." };
    server.last.outbox = [{ type: "unsent", conversation: "c1", number: 7, error }];
    await settle(server);
    assert.equal(await (await following).text(), "next");
  });

  test("that is gone says so", async () => {
    const { files, server, message } = await offered(TEXT);
    server.files.clear();
    const fetched = files.fetch("c1", message, {});
    await Promise.all([assert.rejects(fetched, { code: "file_gone" }), settle(server)]);
    assert.equal(files.busy, false);
  });

  test("comes beside one that is sent", async () => {
    const { files, server, message, named } = await offered(TEXT);
    files.send("c1", fileOf(TEXT), {});
    const fetched = files.fetch("c1", message, {});
    await settle(server);
    assert.equal(await (await fetched).text(), TEXT);
    assert.equal(named.length, 1);
    assert.equal(server.sessions.length, 1, "over the same channel");
  });
});

describe("a file of a chat that is over", () => {
  /**
   * @param {string} sent
   * @param {(url: URL, request: RequestInit) => Promise<Response>} answer
   */
  async function asked(sent, answer) {
    const server = { url: "wss://here/v1/ws", token: "jwt", fetch: /** @type {any} */ (answer) };
    const about = { id: "f1", name: "a.txt", media_type: "text/plain" };
    return { server, file: { ...about, bytes: sent.length, sha256: await hashOf(sent) } };
  }

  test("comes by HTTP, as whoever asks, with progress, and is checked", async () => {
    /** @type {unknown[]} */
    const requests = [];
    const { server, file } = await asked(TEXT, async (url, { headers }) => {
      requests.push([url.href, headers]);
      return new Response(TEXT);
    });
    let received = 0;
    const blob = await keptFile(server, "c7", file, { onProgress: (got) => (received = got) });
    assert.equal(await blob.text(), TEXT);
    assert.equal(received, TEXT.length);
    const url = "https://here/v1/conversations/c7/files/f1";
    assert.deepEqual(requests, [[url, { authorization: "Bearer jwt" }]]);
  });

  test("that is another one, or longer, or gone, is not given to the page", async () => {
    for (const [answer, code] of /** @type {const} */ ([
      [new Response(TEXT.toUpperCase()), "file_hash_wrong"],
      [new Response(TEXT + TEXT), "file_hash_wrong"],
      [Response.json({ error: { code: "file_gone", message: "" } }, { status: 404 }), "file_gone"],
      [null, "not_connected"],
    ])) {
      const { server, file } = await asked(TEXT, async () => {
        if (answer === null) throw new TypeError("cut");
        return answer;
      });
      await assert.rejects(keptFile(server, "c7", file), { code });
    }
  });

  test("that is not wanted any more is given up", async () => {
    const over = new AbortController();
    const { server, file } = await asked(TEXT, async () => {
      over.abort();
      throw new DOMException("aborted", "AbortError");
    });
    const { signal } = over;
    await assert.rejects(keptFile(server, "c7", file, { signal }), { code: "aborted" });
  });
});
