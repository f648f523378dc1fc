import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { BOARD_PAGES, changeBoard, NO_BOARD, supervises } from "../desk/board.js";
import { BoardFeed, changesBoard } from "../desk/board-feed.js";
import { observedCall } from "../desk/store.js";
import { ongoingPages } from "../desk/supervise.js";
import { atDesk } from "./drawn.js";
import { settled } from "./fakes.js";
import { desk, observed, ongoing, view } from "./story.js";
/** @import { Client } from "../client/index.js" */

describe("the board", () => {
  test("is for those who may listen to anything", () => {
    const rights = (/** @type {boolean} */ listen, /** @type {boolean} */ manage) =>
      atDesk({ type: "desk", desk: desk({ rights: { a: { answer: true, listen, manage } } }) });
    assert.equal(supervises(rights(false, false)), false);
    assert.equal(supervises(rights(true, false)), true);
    assert.equal(supervises(rights(false, true)), true);
    assert.equal(supervises(atDesk()), false, "a server that says nothing of rights");
  });

  test("begins anew each time it is opened, and forgets at closing", () => {
    const open = changeBoard(NO_BOARD, { type: "board", open: true });
    const filled = changeBoard(open, { type: "ongoing", ongoing: [ongoing()], more: true });
    assert.equal(filled.ongoing?.length, 1);
    assert.equal(changeBoard(filled, { type: "board_page" }).pages, 2);
    assert.deepEqual(changeBoard(filled, { type: "board", open: false }), NO_BOARD);
  });

  test("takes no answer that comes after it was closed", () => {
    const late = changeBoard(NO_BOARD, { type: "ongoing", ongoing: [ongoing()], more: false });
    assert.equal(late.ongoing, null);
  });

  test("grows to a bound", () => {
    let board = changeBoard(NO_BOARD, { type: "board", open: true });
    for (let i = 0; i < 20; i++) board = changeBoard(board, { type: "board_page" });
    assert.equal(board.pages, BOARD_PAGES);
  });

  test("tells the call that is observed from one with a seat", () => {
    const watching = atDesk({ type: "view", view: observed("monitor") });
    assert.equal(observedCall(watching)?.id, "c1");
    assert.equal(observedCall(atDesk({ type: "view", view: view() })), undefined);
    const ended = { reason: "completed", at_ms: 9 };
    const over = atDesk({ type: "view", view: observed("monitor", { ended }) });
    assert.equal(observedCall(over), undefined);
  });
});

describe("the pages of the board", () => {
  /** @param {number} pages how many the server has, of two each */
  function server(pages) {
    /** @type {(string | undefined)[]} */
    const asked = [];
    const client = {
      ongoing: async (/** @type {string | undefined} */ after) => {
        asked.push(after);
        const first = asked.length * 2 - 1;
        const page = [ongoing({ id: `c${first}` }), ongoing({ id: `c${first + 1}` })];
        return { ongoing: page, more: asked.length < pages };
      },
    };
    return { asked, client: /** @type {Client} */ (/** @type {unknown} */ (client)) };
  }

  test("follow one another by the last of the one before", async () => {
    const { asked, client } = server(3);
    const { ongoing: all, more } = await ongoingPages(client, 2);
    assert.deepEqual(asked, [undefined, "c2"]);
    assert.deepEqual([all.map(({ id }) => id), more], [["c1", "c2", "c3", "c4"], true]);
  });

  test("end where the server has no more", async () => {
    const { asked, client } = server(1);
    assert.equal((await ongoingPages(client, 4)).more, false);
    assert.equal(asked.length, 1);
  });
});

describe("the feed of the board", () => {
  /** @type {number[]} how many pages each look asked for */
  let looks = [];
  let feed = new BoardFeed(async () => {});

  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
    looks = [];
    feed = new BoardFeed(async (pages) => void looks.push(pages));
  });

  /** @param {number} ms */
  async function after(ms) {
    mock.timers.tick(ms);
    await settled();
  }

  test("looks at once when the board is opened, and again every three seconds", async () => {
    feed.follow(true, 1);
    await settled();
    assert.equal(looks.length, 1);
    await after(1_000);
    await after(1_999);
    assert.equal(looks.length, 1);
    await after(1);
    assert.equal(looks.length, 2);
  });

  test("looks sooner after news, however many, but never twice in a second", async () => {
    feed.follow(true, 1);
    await settled();
    for (let i = 0; i < 50; i++) feed.nudge();
    await after(999);
    assert.equal(looks.length, 1);
    await after(1);
    assert.equal(looks.length, 2);
    await after(1_000);
    feed.nudge();
    await settled();
    assert.equal(looks.length, 3, "a second after the last look there is nothing to wait for");
  });

  test("sends no more than a message a second however long the board is", async () => {
    feed.follow(true, 6);
    await settled();
    for (let second = 0; second < 60; second++) {
      feed.nudge();
      await after(1_000);
    }
    const messages = looks.reduce((sum, pages) => sum + pages, 0);
    assert.ok(messages <= 66, `${messages} in a minute`);
    assert.ok(looks.length >= 10, "and still looks");
  });

  test("looks at once when more is to be shown", async () => {
    feed.follow(true, 1);
    await settled();
    await after(1_000);
    feed.follow(true, 2);
    await settled();
    assert.deepEqual(looks, [1, 2]);
  });

  test("rests while the board is closed", async () => {
    feed.follow(true, 1);
    await settled();
    feed.follow(false, 1);
    feed.nudge();
    await after(10_000);
    assert.equal(looks.length, 1);
    feed.follow(true, 1);
    await settled();
    assert.equal(looks.length, 2, "and looks at once when it is opened again");
  });

  test("waits for an answer before it asks again", async () => {
    /** @type {(() => void)[]} */
    const answers = [];
    let asked = 0;
    feed = new BoardFeed(() => {
      asked += 1;
      return new Promise((resolve) => answers.push(resolve));
    });
    feed.follow(true, 1);
    await after(10_000);
    feed.nudge();
    assert.equal(asked, 1);
    feed.follow(false, 1);
    feed.follow(true, 1);
    assert.equal(asked, 1);
    answers[0]?.();
    await settled();
    await after(1_000);
    assert.equal(asked, 2);
  });

  test("heeds what may change the board, and not the clock", () => {
    assert.equal(changesBoard({ type: "desk", desk: desk() }), true);
    assert.equal(changesBoard({ type: "view", view: view() }), true);
    assert.equal(changesBoard({ type: "gone", conversation: "c1" }), true);
    assert.equal(changesBoard({ type: "tick", now: 1 }), false);
  });
});
