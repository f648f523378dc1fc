import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatScreen } from "../customer/chat-view.js";
import { INITIAL, reduce as reduceCustomer } from "../customer/store.js";
import { TrefoilError } from "../client/index.js";
import { reduce } from "../desk/store.js";
import { chatStage } from "../desk/views/chat.js";
import { h } from "../page/dom.js";
import { changeFiles, fileKey, staged } from "../page/file-state.js";
import { pictureDialog, uploadRows } from "../page/file-view.js";
import { fileProblem, isPicture, size } from "../page/file-words.js";
import { chatView, inChat, listening, message, MUTE, prop, said, shows } from "./desk-chat.js";
import { words } from "./desk-chat.js";
import { click, find, recorder, textOf } from "./drawn.js";
import { ALICE, view } from "./story.js";
/** @import { UploadShot } from "../page/file-state.js" */
/** @import { VNode } from "../page/dom.js" */
/** @import { FileRef } from "../client/types.js" */
/** @import { State } from "../desk/store.js" */

/** @param {Partial<FileRef>} [more] @returns {FileRef} */
function file(more = {}) {
  return { id: "f1", name: "a.png", media_type: "image/png", bytes: 1_500, sha256: "", ...more };
}

/** @param {Partial<UploadShot>} [more] @returns {UploadShot} */
function upload(more = {}) {
  return {
    id: "u1",
    name: "plan.pdf",
    mediaType: "application/pdf",
    bytes: 4_000_000,
    sent: 1_000_000,
    state: "sending",
    audience: "everyone",
    caption: "",
    problem: null,
    retryable: false,
    ...more,
  };
}

/** @param {State} state */
function stage(state) {
  const { asked, actions } = recorder();
  return { asked, root: chatStage(state, chatView(), actions) };
}

/** @param {VNode | undefined} node @param {string} tag @returns {VNode[]} */
function tags(node, tag) {
  if (node === undefined || typeof node === "string") return [];
  const inner = node.children.flatMap((one) => (typeof one === "string" ? [] : tags(one, tag)));
  return node.tag === tag ? [node, ...inner] : inner;
}

describe("a file in a chat", () => {
  const withPicture = said("c7", { messages: [message(4, "my cat", { file: file() })] });

  test("is shown by name, type and size, and is saved by a button", () => {
    const { root, asked } = stage(inChat(withPicture));
    assert.match(words(root, "message-4"), /a\.png.*PNG picture, 2 kB.*my cat/);
    assert.equal(prop(root, "save-4", "aria-label"), "Save a.png");
    click(root, "save-4");
    assert.deepEqual(asked, [["saveFile", "c7 4"]]);
  });

  test("that is a picture is shown when it is there, in the place kept for it", () => {
    const before = stage(inChat(withPicture)).root;
    assert.equal(prop(before, "picture-4", "data-picture"), "c7 4");
    assert.deepEqual(tags(before, "img"), []);
    const change = { url: "blob:x" };
    const state = inChat(withPicture, { type: "file", key: "c7 4", change });
    const { root, asked } = stage(state);
    const [img] = tags(find(root, "picture-4"), "img");
    assert.deepEqual([img?.props["src"], img?.props["alt"]], ["blob:x", "a.png"]);
    click(root, "picture-4");
    assert.deepEqual(asked, [["showPicture", "c7 4"]]);
  });

  test("of any other type is never shown, whatever it is called", () => {
    for (const media_type of ["image/svg+xml", "text/html", "application/pdf", "image/bmp"]) {
      const odd = message(4, "", { file: file({ media_type }) });
      const change = { url: "blob:x" };
      const { root } = stage(
        inChat(said("c7", { messages: [odd] }), { type: "file", key: "c7 4", change }),
      );
      assert.equal(find(root, "picture-4"), undefined, media_type);
      assert.deepEqual(tags(root, "img"), [], media_type);
    }
    assert.equal(isPicture("image/svg+xml"), false);
  });

  test("has a name that is text, whatever it looks like", () => {
    const name = "<img src=x onerror=alert(1)>.png";
    const messages = [message(4, "", { file: file({ name }) })];
    const { root } = stage(inChat(said("c7", { messages })));
    assert.ok(words(root, "file-4").includes(name));
    assert.deepEqual(tags(root, "img"), []);
  });

  test("tells how much of it has come, may be stopped, and says what went wrong", () => {
    const change = { received: 700 };
    const coming = stage(inChat(withPicture, { type: "file", key: "c7 4", change }));
    assert.equal(prop(coming.root, "fetching-4", "value"), "700");
    assert.equal(prop(coming.root, "fetching-4", "max"), 1_500);
    click(coming.root, "stop-4");
    assert.deepEqual(coming.asked, [["stopFile", "c7 4"]]);
    const problem = "The file was deleted";
    const gone = inChat(withPicture, { type: "file", key: "c7 4", change: { problem } });
    assert.match(words(stage(gone).root, "file-problem-4"), /deleted/);
  });

  test("is known by its chat and number", () => {
    const files = changeFiles({}, { type: "file", key: fileKey("c7", 4), change: { received: 1 } });
    assert.deepEqual(files, { "c7 4": { url: null, received: 1, problem: null } });
  });
});

describe("a file on its way", () => {
  test("shows how far it is, beside the chat, and is taken back", () => {
    const { root, asked } = stage(inChat(said("c7", { uploads: [upload()] })));
    assert.match(words(root, "upload"), /plan\.pdf.*1\.0 MB of 4\.0 MB/);
    assert.equal(prop(root, "upload-progress", "value"), "1000000");
    click(root, "upload-cancel");
    assert.deepEqual(asked, [["cancelUpload", "c7", "u1"]]);
  });

  test("is told aloud in quarters, and not at each step", () => {
    const spoken = (/** @type {number} */ sent) => {
      const [status] = tags(h("div", null, uploadRows([upload({ sent })], ACTIONS)), "p");
      assert.equal(status?.props["role"], "status");
      return textOf(status);
    };
    assert.equal(spoken(10), "plan.pdf is being sent.");
    assert.equal(spoken(1_000_000), "plan.pdf: 25 percent.");
    assert.equal(spoken(1_900_000), "plan.pdf: 25 percent.");
  });

  test("that failed says why and what to do, and is tried again only where that may help", () => {
    const problem = "The server could not record this; please try again";
    const failed = upload({ state: "failed", problem, retryable: true });
    const { root, asked } = stage(inChat(said("c7", { uploads: [failed] })));
    assert.match(words(root, "upload"), /could not record/);
    assert.equal(find(root, "upload-progress"), undefined);
    click(root, "upload-retry");
    assert.deepEqual(asked, [["retryUpload", "c7", "u1"]]);
    const lost = upload({ state: "failed", problem, retryable: false });
    assert.equal(find(h("div", null, uploadRows([lost], ACTIONS)), "upload-retry"), undefined);
  });

  test("of a note looks like one", () => {
    const { root } = stage(inChat(said("c7", { uploads: [upload({ audience: "agents" })] })));
    assert.match(words(root, "upload"), /Note to colleagues/);
  });

  test("keeps the chat at hand that is over before it was sent", () => {
    const state = inChat(said("c7", { uploads: [upload()] }));
    const over = reduce(state, { type: "gone", conversation: "c7", reason: "left" });
    assert.ok(over.closed["c7"]);
  });
});

describe("a file that is chosen", () => {
  const limits = { bytes: 100, types: ["image/png"], chunk_bytes: 1, ahead_bytes: 1 };
  const one = new File(["abc"], "a.png", { type: "image/png" });

  test("waits beside the text, may be taken out, and can be sent without a word", () => {
    const { files } = staged([], [one], TAKES_ALL);
    const state = inChat({ type: "compose", conversation: "c7", change: { files } });
    const { root, asked } = stage(state);
    assert.match(words(root, "staged"), /a\.png.*PNG picture, 3 bytes/);
    assert.equal(prop(root, "composer-send", "aria-disabled"), null);
    click(root, "unstage");
    assert.deepEqual(asked, [["detach", "c7", files[0]?.id]]);
    const sent = reduce(state, { type: "written", conversation: "c7" });
    assert.equal(find(stage(sent).root, "staged"), undefined);
  });

  test("that is not taken is told in words, and the others go", () => {
    const error = new TrefoilError("file_too_large", "", { limit: 25 * 1024 ** 2 });
    const big = new File(["b"], "big.png");
    const fileRefusal = (/** @type {Blob} */ blob) => (blob === big ? error : null);
    const change = staged([], [one, big], { ...TAKES_ALL, fileRefusal });
    assert.deepEqual(change.files.map(({ name }) => name), ["a.png"]);
    const state = inChat({ type: "compose", conversation: "c7", change });
    const told = words(stage(state).root, "composer-refused");
    assert.equal(told, "Not sent: big.png. The file is too large: at most 25 MB.");
  });

  test("is asked for by a field of its own, by keyboard too", () => {
    const state = inChat({ type: "file_limits", limits });
    const { root, asked } = stage(state);
    const field = find(root, "attach");
    assert.deepEqual([field?.tag, field?.props["type"]], ["input", "file"]);
    assert.equal(field?.props["aria-label"], "Attach files");
    assert.equal(field?.props["accept"], "image/png");
    const target = { files: [one], value: "a.png" };
    /** @type {any} */ (field?.props["onchange"])({ target });
    assert.deepEqual(asked, [["attach", "c7", [one]]]);
    assert.equal(target.value, "", "the same file may be chosen again");
  });

  test("goes nowhere from who only listens, who is told why", () => {
    /** @type {import("../desk/store.js").StoreEvent} */
    const begun = { type: "compose", conversation: "c7", change: { text: "I was about to" } };
    const state = inChat(shows(listening()), said("c7", MUTE), begun);
    const { asked, actions } = recorder();
    const root = chatStage(state, listening(), actions);
    assert.equal(prop(root, "attach", "aria-disabled"), "true");
    assert.match(String(prop(root, "attach", "aria-description")), /You are listening/);
    let opened = true;
    const event = { preventDefault: () => (opened = false) };
    /** @type {any} */ (prop(root, "attach", "onclick"))(event);
    assert.equal(opened, false);
    /** @type {any} */ (prop(root, "attach", "onchange"))({ target: { files: [one] } });
    assert.deepEqual(asked, []);
  });

  test("by a customer stands beside what is written", () => {
    const { files } = staged([], [one], TAKES_ALL);
    const shot = { messages: [], more: false, pending: [], uploads: [upload()], marks: {} };
    const whole = { ...shot, typing: [], unread: 0, canWrite: true };
    const chat = view({ medium: "chat", you: ALICE, hearing: { source: "silence" } });
    const state = [
      { type: /** @type {const} */ ("chat"), view: chat, shot: whole },
      { type: /** @type {const} */ ("attach"), files, refused: null },
    ].reduce(reduceCustomer, INITIAL);
    const { asked, actions } = recorder();
    assert.ok(state.chat);
    const root = h("main", null, chatScreen(state, state.chat, /** @type {any} */ (actions)));
    assert.match(words(root, "staged"), /a\.png/);
    assert.match(words(root, "upload"), /plan\.pdf/);
    click(root, "unstage");
    click(root, "upload-cancel");
    assert.deepEqual(asked, [
      ["detach", files[0]?.id],
      ["cancelUpload", "u1"],
    ]);
  });
});

describe("the words for files", () => {
  test("say what is too much, and what is taken", () => {
    const large = { code: "file_too_large", message: "", extra: { limit: 26_214_400 } };
    assert.equal(fileProblem(large), "The file is too large: at most 25 MB");
    const allowed = ["image/png", "application/pdf"];
    const odd = { code: "file_type_not_allowed", message: "", extra: { allowed } };
    assert.equal(fileProblem(odd), "Files of this type cannot be sent; these can: PNG, PDF");
    assert.match(fileProblem({ code: "file_not_kept", message: "" }), /choose it once more$/);
    assert.match(fileProblem({ code: "new_one", message: "The server says so." }), /says so$/);
  });

  test("give sizes as people do", () => {
    assert.deepEqual([999, 1_500, 2_400_000].map(size), ["999 bytes", "2 kB", "2.4 MB"]);
  });
});

test("a large picture is a dialog with its name, and is closed", () => {
  let closed = 0;
  const root = pictureDialog({ key: "c7 4", name: "a.png", url: "blob:x" }, () => closed++);
  assert.equal(root?.props["aria-label"], "a.png");
  click(/** @type {VNode} */ (root), "picture-dialog-close");
  assert.equal(closed, 1);
});

const ACTIONS = { cancel: () => {}, retry: () => {} };
const TAKES_ALL = { prepareFiles: () => {}, fileRefusal: () => null };
