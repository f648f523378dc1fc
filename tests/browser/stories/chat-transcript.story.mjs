// What was written is saved by those who were in it: whole by agents, without notes by customers.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import path from "node:path";
import * as chat from "../lib/chat.mjs";
import { Stage } from "../lib/stage.mjs";

const RUN = "globalThis.__ran = true";
const NAME = `<b onmouseover="${RUN}">Mallory</b> [note]`;
const MARKUP = `</p><script>${RUN}</script><img src="x" onerror="${RUN}">`;
const HEBREW = "שלום, איפה החבילה שלי?";
const LONG = `w${"o".repeat(600)}rd`;
const LINES = "First line\n2026-11-21 10:00:00  Bob Baker: never said";
const NOTE = "Between us: her contract runs out";
const CAROLS = "Carol knows it";

/** Everything there is in a transcript: two agents, a note, and texts that would be more. */
async function writtenBy({ alice, bob, carol }) {
  await bob.signIn();
  await chat.opensChat(alice, "support", NAME);
  await chat.acceptsChat(bob);
  for (const text of [MARKUP, HEBREW, LONG]) await chat.writes(alice, text);
  await chat.writes(bob, LINES);
  await chat.writesNote(bob, NOTE);
  await carol.signIn();
  await chat.passesChat(bob, "agent-carol", "conference");
  await carol.at("chat-accept").waitFor();
  await chat.acceptsChat(carol);
  await chat.writes(carol, CAROLS);
  const everybodys = [MARKUP, HEBREW, LONG, LINES, CAROLS];
  await chat.allRead("the customer's", [alice], everybodys);
  const agents = [MARKUP, HEBREW, LONG, LINES, NOTE, CAROLS];
  await chat.allRead("the agents'", [bob, carol], agents);
  return { everybodys, agents };
}

/** Saves by the menu, as a person at the keyboard does; resolves with name, place and contents. */
async function saves(stage, person, button, item) {
  await person.at(button).focus();
  await person.page.keyboard.press("Enter");
  const choice = person.at(`${button}-${item}`);
  await choice.waitFor();
  while (!(await choice.evaluate((one) => one === document.activeElement))) {
    await person.page.keyboard.press("ArrowDown");
  }
  const [download] = await Promise.all([
    person.page.waitForEvent("download"),
    person.page.keyboard.press("Enter"),
  ]);
  const name = download.suggestedFilename();
  const file = path.join(stage.folder, `${person.name}-${name}`);
  await download.saveAs(file);
  return { name, file, text: await readFile(file, "utf8") };
}

/** The page opened from the disk, by a browser that knows nothing of us. */
async function opens(person, file) {
  const context = await person.page.context().browser().newContext();
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  return page;
}

/** Nothing that was written is more than text, and nothing of it has run. */
async function isOnlyText(page) {
  const found = await page.evaluate(() => ({
    foreign: [...document.querySelectorAll("script, img, link, iframe, a, [onmouseover]")].length,
    ran: globalThis.__ran,
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    texts: [...document.querySelectorAll("article:not(.automatic) p.text")].map(
      (one) => one.textContent,
    ),
    notes: document.querySelectorAll("article.note").length,
    lang: document.documentElement.lang,
  }));
  assert.deepEqual([found.foreign, found.ran], [0, undefined], "only text");
  assert.equal(found.wide, false, "long words wrap");
  assert.equal(found.lang, "en");
  return found;
}

describe("a transcript", () => {
  test("is saved by those who were in the chat, and the customer's holds no note", () =>
    Stage.play("chat transcript", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      const { everybodys, agents } = await writtenBy(stage.people);
      await Promise.all([bob.press("chat-save"), alice.press("save-chat")]);
      await stage.shoot("the menus");
      await Promise.all([alice, bob].map(({ page }) => page.keyboard.press("Escape")));

      const json = JSON.parse((await saves(stage, bob, "chat-save", "json")).text);
      const said = json.messages.filter(({ from }) => from !== null);
      assert.deepEqual(said.map(({ text }) => text), agents);
      assert.deepEqual(json.people.map(({ role }) => role), ["customer", "agent", "agent"]);
      assert.equal(json.people[0].name, NAME);
      const text = await saves(stage, carol, "chat-save", "text");
      assert.equal(text.name, `chat-${json.conversation}.txt`);
      assert.ok(text.text.includes(`  [note] Bob Baker: ${NOTE}\n`), text.text);
      assert.ok(/\n {21}2026-11-21 10:00:00 {2}Bob Baker: never said\n/.test(text.text), text.text);
      const whole = await saves(stage, bob, "chat-save", "html");
      const page = await opens(bob, whole.file);
      const shown = await isOnlyText(page);
      assert.deepEqual(shown.texts, agents);
      assert.equal(shown.notes, 1);
      await page.screenshot({ path: path.join(stage.folder, "web-page.png"), fullPage: true });
      await page.setViewportSize({ width: 360, height: 700 });
      await isOnlyText(page);
      await page.screenshot({ path: path.join(stage.folder, "web-page-narrow.png") });
      await page.context().close();

      for (const item of ["html", "text"]) {
        const hers = await saves(stage, alice, "save-chat", item);
        assert.ok(hers.text.includes(CAROLS) && !hers.text.includes(NOTE), hers.text);
      }
      for (const item of ["customer-html", "customer-text", "customer-json"]) {
        const copy = await saves(stage, bob, "chat-save", item);
        assert.ok(copy.name.startsWith(`chat-${json.conversation}-customer.`), copy.name);
        assert.ok(copy.text.includes(CAROLS) && !copy.text.includes(NOTE), copy.text);
      }

      await chat.endsChat(alice);
      await chat.takesPart(bob, "closed");
      const after = await saves(stage, bob, "chat-save", "text");
      assert.ok(after.text.includes(NOTE) && !after.text.includes("it goes on"), after.text);
      await stage.shoot("ended");
      await Promise.all([alice, bob].map(chat.reloads));
      await chat.allRead("after a reload", [alice], everybodys);
      await chat.allRead("after a reload", [bob], agents);
      const last = await saves(stage, alice, "save-chat", "html");
      assert.ok(last.text.includes(CAROLS) && !last.text.includes(NOTE), last.text);
      const again = await opens(alice, last.file);
      assert.deepEqual((await isOnlyText(again)).texts, everybodys);
      await again.context().close();
    }));

  test("brings back all of a long chat that is over", () =>
    Stage.play("long chat over", ["alice", "bob"], async (stage) => {
      const { alice, bob } = stage.people;
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      const texts = Array.from({ length: 120 }, (_, n) => `Line ${n + 1}`);
      for (let n = 0; n < texts.length; n += 60) {
        await chat.writesMany(alice, texts.slice(n, n + 60));
        await chat.isTaken(alice);
      }
      await chat.allRead("all of it", [bob], texts);
      await chat.endsChat(alice);
      await chat.takesPart(bob, "closed");
      await Promise.all([alice, bob].map(chat.reloads));
      await chat.allRead("at the desk at once", [bob], texts);
      await chat.allRead("at first the latest", [alice], texts.slice(-50));
      await chat.readsBack(alice);
      await chat.allRead("then all of it", [alice], texts);
    }));
});
