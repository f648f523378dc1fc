import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { mediaTypeOf } from "../client/media-types.js";
import {
  FakeBlobs,
  fileOf,
  FileServer,
  filesOf,
  hashOf,
  LIMITS,
  quiet,
  settle,
} from "./file-server.js";

const TEXT = "a file of some thirty characters";

/** @param {import("../client/upload.js").Upload[]} uploads */
const states = (uploads) => uploads.map(({ state }) => state);

/**
 * What the server has of the only upload.
 *
 * @param {FileServer} server
 */
function written(server) {
  const [part] = server.parts.values();
  return Buffer.from(part?.bytes ?? []).toString();
}

describe("a file that is sent", () => {
  test("is hashed, offered, sent in chunks, and named in a message when it is kept", async () => {
    const { files, server, named, store, blobs } = filesOf();
    assert.equal(server.sessions.length, 0, "no channel before it is needed");
    const upload = files.send("c1", fileOf(TEXT), { caption: "look", audience: "agents" });
    assert.equal(upload.state, "hashing");
    /** @type {number[]} */
    const progress = [];
    upload.on("progress", () => progress.push(upload.sent));
    await settle(server);
    const [offer] = server.last.frames("offer");
    const sha256 = await hashOf(TEXT);
    const what = { name: "a.txt", media_type: "text/plain", bytes: TEXT.length, sha256 };
    const about = { conversation: "c1", upload: upload.id, audience: "agents" };
    assert.deepEqual(offer, { type: "offer", ...about, ...what });
    assert.equal(written(server), TEXT);
    assert.equal(upload.state, "kept");
    assert.deepEqual(progress, progress.toSorted((a, b) => a - b), "progress never goes back");
    assert.ok(progress.length > 5, "it is told as the server writes it");
    const file = { ...what, id: `f-${upload.id}`, name: "clean-a.txt" };
    const id = upload.id.replace("u-", "m-");
    assert.deepEqual(named, [
      { conversation: "c1", id, text: "look", audience: "agents", file },
    ]);
    assert.deepEqual(files.of("c1"), []);
    assert.equal(store.all.size, 0);
    assert.equal(blobs.all.size, 0);
    assert.equal(files.busy, false);
  });

  test("never is further ahead than the server allows", async () => {
    const { files, server } = filesOf();
    files.send("c1", fileOf("x".repeat(90)), {});
    await settle(server);
    assert.equal(written(server).length, 90);
    assert.ok(server.last.ahead <= LIMITS.ahead_bytes, `${server.last.ahead} bytes ahead`);
    assert.ok(server.last.chunks >= 90 / LIMITS.chunk_bytes);
  });

  test("is no faster than the server lets it through", async () => {
    const server = new FileServer();
    server.limits = { ...LIMITS, bytes: 10_000_000, chunk_bytes: 16_384, ahead_bytes: 10_000_000 };
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    try {
      const { files } = filesOf(server);
      files.send("c1", fileOf("x".repeat(3_000_000)), {});
      await settle(server);
      const before = written(server).length;
      assert.ok(before < 500_000, `${before} at once`);
      for (let i = 0; i < 20; i++) {
        mock.timers.tick(100);
        await settle(server);
      }
      const more = written(server).length - before;
      assert.ok(more > 600_000 && more < 900_000, `${more} in two seconds`);
    } finally {
      mock.timers.reset();
    }
  });

  test("waits while the browser has enough to send", async () => {
    const { files, server } = filesOf();
    files.send("c1", fileOf(TEXT), {});
    await quiet();
    const { pipe } = server.last;
    server.last.says();
    await quiet();
    server.last.hears();
    Object.assign(pipe, { bufferedAmount: 64 * 1024 });
    server.last.says();
    await quiet();
    assert.deepEqual(server.last.inbox, []);
    Object.assign(pipe, { bufferedAmount: 0 });
    /** @type {any} */ (pipe).onbufferedamountlow();
    await quiet();
    assert.equal(server.last.inbox.length, 3);
    await settle(server);
    assert.equal(written(server), TEXT);
  });

  test("goes one after another", async () => {
    const { files, server, named } = filesOf();
    const texts = ["first", "second", "third"];
    const uploads = texts.map((text) => files.send("c1", fileOf(text, `${text}.txt`), {}));
    await quiet();
    server.last.says();
    await quiet();
    server.last.hears();
    await quiet();
    assert.deepEqual(states(uploads), ["sending", "waiting", "waiting"]);
    await settle(server);
    assert.deepEqual(named.map(({ file }) => file?.name), texts.map((text) => `clean-${text}.txt`));
  });

  test("goes on over a fresh channel from where the server is, and is named once", async () => {
    const { files, server, named } = filesOf();
    const upload = files.send("c1", fileOf(TEXT), {});
    await quiet();
    server.last.says();
    await quiet();
    for (let i = 0; i < 4; i++) {
      server.last.hears();
      server.last.says();
      await quiet();
    }
    const before = written(server).length;
    assert.ok(before > 0 && before < TEXT.length, `${before} bytes are there`);
    files.setLeg(false);
    assert.equal(upload.state, "waiting");
    await quiet();
    assert.equal(server.sessions.length, 1, "there is no leg");
    files.setLeg(true);
    await settle(server);
    assert.equal(server.sessions.length, 2);
    assert.equal(written(server), TEXT);
    assert.equal(server.last.chunks, (TEXT.length - before) / LIMITS.chunk_bytes);
    assert.equal(named.length, 1);
  });

  test("is named though the answer that it is kept was lost", async () => {
    const { files, server, named } = filesOf();
    files.send("c1", fileOf("x"), {});
    await quiet();
    server.last.says();
    await quiet();
    while (server.last.hears()) {
      await quiet();
      if (server.last.outbox[0]?.type === "go") server.last.says();
      await quiet();
    }
    assert.equal(written(server), "x");
    assert.equal(named.length, 0);
    files.setLeg(false);
    files.setLeg(true);
    await settle(server);
    assert.equal(server.last.chunks, 0);
    assert.equal(named.length, 1);
  });

  test("goes on after a reload of the page, under the same name", async () => {
    const { files, server, store, blobs } = filesOf();
    const upload = files.send("c1", fileOf(TEXT), { caption: "look" });
    await quiet();
    server.last.says();
    await quiet();
    for (let i = 0; i < 3; i++) server.last.hears();
    const after = filesOf(server, { store, blobs });
    const [again] = after.files.of("c1");
    assert.equal(again?.id, upload.id);
    assert.equal(again?.caption, "look");
    await settle(server);
    assert.equal(written(server), TEXT);
    assert.equal(after.named.length, 1);
    assert.equal(after.store.all.size, 0);
  });

  test("says after a reload that it was not sent, where its contents were not kept", async () => {
    const blobs = new FakeBlobs();
    blobs.full = true;
    const { files, server, store } = filesOf(new FileServer(), { blobs });
    files.send("c1", fileOf(TEXT), {});
    await quiet();
    const after = filesOf(server, { store, blobs });
    await settle(server);
    const [lost] = after.files.of("c1");
    assert.equal(lost?.error?.code, "file_not_kept");
    assert.equal(lost?.name, "a.txt");
    assert.equal(lost?.retryable, false);
    lost?.cancel();
    assert.deepEqual(after.files.of("c1"), []);
    assert.equal(store.all.size, 0);
  });

  test("is nobody else's after a reload", async () => {
    const { files, server, store, blobs } = filesOf();
    files.send("c1", fileOf(TEXT), {});
    await quiet();
    const other = filesOf(server, { store, blobs, person: "customer:x2" });
    assert.deepEqual(other.files.of("c1"), []);
  });

  test("is cancelled, and what the server has of it is deleted", async () => {
    const { files, server, named } = filesOf();
    const first = files.send("c1", fileOf(TEXT), {});
    files.send("c1", fileOf("next", "next.txt"), {});
    await quiet();
    server.last.says();
    await quiet();
    for (let i = 0; i < 3; i++) {
      server.last.hears();
      server.last.says();
      await quiet();
    }
    first.cancel();
    await settle(server);
    assert.deepEqual(server.last.frames("abort").map(({ upload }) => upload), [first.id]);
    assert.deepEqual(named.map(({ file }) => file?.name), ["clean-next.txt"]);
    assert.equal(server.parts.has(first.id), false);
    assert.deepEqual(files.of("c1"), []);
  });

  test("that is refused says why, and is tried again", async () => {
    const { files, server, named } = filesOf();
    server.refusal = { code: "storage_failed", message: "The disk is full." };
    const upload = files.send("c1", fileOf(TEXT), {});
    await settle(server);
    assert.equal(upload.state, "failed");
    assert.equal(upload.error?.code, "storage_failed");
    assert.equal(files.busy, false, "no leg is held for it");
    server.refusal = null;
    upload.retry();
    await settle(server);
    assert.equal(named.length, 1);
    assert.equal(server.last.frames("offer").length, 2);
  });

  test("that the server knows as another one is offered under another name", async () => {
    const { files, server, named, blobs } = filesOf();
    server.refusal = { code: "file_differs", message: "Another file." };
    const upload = files.send("c1", fileOf(TEXT), {});
    await settle(server);
    const { id } = upload;
    server.refusal = null;
    upload.retry();
    assert.notEqual(upload.id, id);
    await settle(server);
    assert.equal(named.length, 1);
    assert.equal(blobs.all.size, 0);
  });

  test("is offered again when the server asked to wait", async () => {
    const { files, server, named } = filesOf();
    server.refusal = { code: "rate_limited", message: "Slowly.", retry_after_ms: 5 };
    const upload = files.send("c1", fileOf(TEXT), {});
    await settle(server);
    server.refusal = null;
    assert.equal(upload.state, "waiting");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await settle(server);
    assert.equal(named.length, 1);
  });

  for (const [code, file] of /** @type {const} */ ([
    ["file_too_large", fileOf("x".repeat(101))],
    ["file_empty", fileOf("")],
    ["file_type_not_allowed", new File(["x"], "a.svg", { type: "image/svg+xml" })],
  ])) {
    test(`that would be refused as ${code} is not offered`, async () => {
      const { files, server } = filesOf();
      const upload = files.send("c1", file, {});
      await settle(server);
      assert.equal(upload.error?.code, code);
      assert.deepEqual(server.last.frames("offer"), []);
      assert.equal(files.refusalOf(file)?.code, code, "and is known beforehand from then on");
    });
  }

  test("that cannot be read any more says so", async () => {
    const { files, server } = filesOf();
    const file = fileOf(TEXT);
    file.slice = () => {
      throw new DOMException("gone", "NotReadableError");
    };
    const upload = files.send("c1", file, {});
    await settle(server);
    assert.equal(upload.error?.code, "file_unreadable");
    assert.equal(server.last.frames("abort").length, 1);
  });

  test("is not tried for ever where the server takes no such channel", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { files, server } = filesOf();
      const upload = files.send("c1", fileOf(TEXT), {});
      await quiet();
      for (let i = 0; i < 6; i++) {
        /** @type {any} */ (server.last.pipe).onclose?.();
        mock.timers.tick(8_000);
        await quiet();
      }
      assert.equal(upload.error?.code, "files_off");
      assert.equal(server.sessions.length, 3);
    } finally {
      mock.timers.reset();
    }
  });

  test("to a chat that is gone by now is given back", async () => {
    const { files, server } = filesOf();
    server.refusal = { code: "conversation_ended", message: "Over." };
    files.send("c1", fileOf(TEXT), { caption: "look" });
    await settle(server);
    assert.deepEqual(files.strays(() => true), []);
    let changes = 0;
    files.on("uploads", () => changes++);
    const [back] = files.strays(() => false);
    assert.equal(back?.text, "look");
    assert.equal(back?.file?.name, "a.txt");
    assert.equal(back?.error.code, "conversation_ended");
    assert.equal(changes, 1, "who shows it is told that it is gone");
    assert.deepEqual(files.of("c1"), []);
  });

  test("has the same type from whatever system it comes", () => {
    assert.equal(mediaTypeOf("a.csv", "application/vnd.ms-excel"), "text/csv");
    assert.equal(mediaTypeOf("A.PNG", ""), "image/png");
    assert.equal(mediaTypeOf("notes", "Text/Plain; charset=utf-8"), "text/plain");
    assert.equal(mediaTypeOf("a.constructor", ""), "application/octet-stream");
  });
});
