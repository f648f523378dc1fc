// Quick replies: written once, found by keys, filled in for whom one writes to, read over and sent.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible } from "../lib/accessible.mjs";
import * as chat from "../lib/chat.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED } from "../lib/supervisor.mjs";

const TEMPLATE =
  "{greeting} {customer}, this is {agent} of {team}. {conversation} gets the voucher {voucher}.";
const FILLED =
  /^Good (morning|afternoon|evening) Alice, this is Bob Baker of Support\. c1 gets the voucher /;
const MARKUP = `<img src=x onerror="globalThis.__ran = true"> <b>{customer}</b>`;
const MOST_TABS = 60;

/** What has the focus. */
function focused(person) {
  return person.page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
}

/** Waits until the focus is there. */
function isAt(person, testid) {
  return eventually(`the focus is at ${testid}`, async () => (await focused(person)) === testid);
}

/** Goes on with Tab until `testid` has the focus, and presses Enter there. */
async function entersAt(person, testid) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if ((await focused(person)) === testid) return person.page.keyboard.press("Enter");
    await person.page.keyboard.press("Tab");
  }
  assert.fail(`${testid} cannot be reached by Tab`);
}

/** Opens the quick replies by the key, where nothing is written yet. */
async function opensByKey(agent) {
  await isAt(agent, "composer-text");
  await agent.page.keyboard.press("/");
  await isAt(agent, "replies-search");
}

/** Writes a new one with the dialog open, by keys. */
async function writesNew(agent, title, shortcut, text) {
  const keys = agent.page.keyboard;
  await entersAt(agent, "reply-new");
  await isAt(agent, "reply-title");
  await keys.type(title);
  await keys.press("Tab");
  await keys.type(shortcut);
  await keys.press("Tab");
  await keys.type(text);
  await entersAt(agent, "reply-save");
  await agent.page.getByTestId("reply-text").waitFor({ state: "detached" });
  await agent.at("replies-dialog").getByText(title, { exact: true }).waitFor();
}

/** The row of the dialog, or the option of the picker, with that title. */
function found(agent, kind, title) {
  return agent.page.locator(`[data-testid^="${kind}"]`).filter({ hasText: title });
}

async function closesDialog(agent) {
  await agent.page.keyboard.press("Escape");
  await agent.at("replies-dialog").waitFor({ state: "detached" });
}

/** Bob writes his first, by keys alone, and uses it. */
async function createsAndUses({ alice, bob }, stage) {
  const keys = bob.page.keyboard;
  await opensByKey(bob);
  await bob.at("replies-count").getByText("There are none yet.").waitFor();
  await entersAt(bob, "replies-manage");
  await bob.at("replies-dialog").waitFor();
  await writesNew(bob, "Voucher", "vou", TEMPLATE);
  await accessible(bob, "with the list of quick replies");
  await stage.shoot("managed");
  await closesDialog(bob);

  await opensByKey(bob);
  await keys.type("vou");
  const preview = bob.at("reply-preview");
  await eventually("it is shown as it would be", async () =>
    FILLED.test((await preview.textContent()) ?? ""),
  );
  assert.equal(await preview.locator("mark.unfilled").textContent(), "{voucher}");
  await accessible(bob, "with the picker");
  await stage.shoot("found");
  await keys.press("Space");
  await isAt(bob, "composer-text");
  const field = bob.at("composer-text");
  assert.match(await field.inputValue(), FILLED);
  assert.equal(await bob.at("composer-left-open").textContent(), "Not filled in: {voucher}");
  assert.deepEqual((await chat.log(alice)).texts, ["Hello"], "nothing is sent by itself");
  await stage.shoot("put in");
  for (let n = 0; n < "{voucher}.".length; n += 1) await keys.press("Backspace");
  await keys.type("V-5.");
  await bob.at("composer-left-open").waitFor({ state: "detached" });
  const sent = await field.inputValue();
  await keys.press("Enter");
  await chat.allRead("what was put in is sent when it was read", [alice, bob], ["Hello", sent]);
  return sent;
}

/** What one wrote becomes a quick reply, markup and all, and stays text wherever it is shown. */
async function keepsMarkup({ alice, bob }, said, stage) {
  const keys = bob.page.keyboard;
  await isAt(bob, "composer-text");
  await keys.type(MARKUP.replace("{customer}", "you"));
  await bob.press("replies-open");
  await isAt(bob, "replies-search");
  await bob.press("replies-keep");
  await isAt(bob, "reply-title");
  await keys.type("<i>Markup</i>");
  await accessible(bob, "with the form");
  await stage.shoot("written");
  await entersAt(bob, "reply-save");
  await found(bob, "reply-row-", "<i>Markup</i>").waitFor();

  // Changed: Bob wants the name in it.
  await found(bob, "reply-row-", "<i>Markup</i>").getByText("Edit").click();
  await isAt(bob, "reply-title");
  await bob.at("reply-text").fill(MARKUP);
  await bob.press("reply-save");
  await found(bob, "reply-row-", "<b>{customer}</b>").waitFor();
  await closesDialog(bob);

  // Into the middle of what is written, in place of what is marked.
  await bob.at("composer-text").fill("A MIDDLE Z");
  await bob.at("composer-text").evaluate((field) => field.setSelectionRange(2, 8));
  await bob.press("replies-open");
  await keys.type("mark");
  await eventually("the preview shows it as text", async () =>
    (await bob.at("reply-preview").textContent())?.includes("<b>Alice</b>"),
  );
  await keys.press("Enter");
  await isAt(bob, "composer-text");
  const text = `A ${MARKUP.replace("{customer}", "Alice")} Z`;
  assert.equal(await bob.at("composer-text").inputValue(), text);
  const caret = await bob.at("composer-text").evaluate((field) => field.selectionStart);
  assert.equal(caret, text.length - 2, "one writes on behind it");
  await keys.press("Enter");
  await chat.allRead("markup is text", [alice, bob], [...said, text]);
  for (const person of [alice, bob]) {
    assert.equal(await person.page.evaluate(() => globalThis.__ran), undefined);
  }
  return [...said, text];
}

/** Bob asks past his page to change what is the team's. */
function triesPastThePage(bob, id) {
  return bob.page.evaluate(async (reply) => {
    const authorization = `Bearer ${sessionStorage.getItem("trefoil.desk.token")}`;
    const words = { version: 1, title: "Mine", text: "now" };
    const answer = await fetch(`/v1/quick-replies/${reply}`, {
      method: "PUT",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(words),
    });
    return [answer.status, (await answer.json()).error.code];
  }, id);
}

/** Eve, who manages the team, adds one for all of it; Bob has it at once and may only use it. */
async function teamHasOne({ alice, bob, eve }, said, stage) {
  await eve.press("replies-all");
  await eve.press("reply-new");
  await isAt(eve, "reply-title");
  await eve.at("reply-owner").selectOption("team:support");
  await eve.at("reply-title").fill("Team greeting");
  await eve.at("reply-shortcut").fill("tg");
  await eve.at("reply-text").fill("{greeting}, here is {team}.");
  await stage.shoot("for the team");
  await eve.press("reply-save");
  const row = found(eve, "reply-row-", "Team greeting");
  await row.waitFor();
  const id = (await row.getAttribute("data-testid")).slice("reply-row-".length);

  await isAt(bob, "composer-text");
  await bob.page.keyboard.type("/tg");
  await bob.at(`reply-${id}`).waitFor();
  await bob.page.keyboard.press("ArrowDown");
  await bob.page.keyboard.press("Enter");
  await isAt(bob, "composer-text");
  const text = await bob.at("composer-text").inputValue();
  assert.match(text, /^Good \w+, here is Support\.$/);
  await bob.page.keyboard.press("Enter");
  await chat.allRead("the team's is used", [alice, bob], [...said, text]);

  await bob.press("replies-all");
  await bob.at(`reply-row-${id}`).waitFor();
  assert.equal(await bob.at(`reply-edit-${id}`).count(), 0, "it is not Bob's to change");
  assert.equal(await bob.at(`reply-remove-${id}`).count(), 0);
  assert.deepEqual(await triesPastThePage(bob, id), [403, "not_permitted"]);
  await closesDialog(bob);
  await closesDialog(eve);
  return id;
}

/** What was thought better of goes, once it is said twice. */
async function deletes(bob) {
  await bob.press("replies-all");
  await found(bob, "reply-row-", "<i>Markup</i>").getByText("Delete…").click();
  await isAt(bob, "reply-keep");
  await bob.page.keyboard.press("Enter");
  await found(bob, "reply-row-", "<i>Markup</i>").getByText("Delete…").click();
  await bob.press("reply-remove");
  await found(bob, "reply-row-", "<i>Markup</i>").waitFor({ state: "detached" });
  await closesDialog(bob);
}

/** Escape leads back, with what was typed where it can be taken for what it is. */
async function goesBack(bob) {
  await opensByKey(bob);
  await bob.page.keyboard.type("etc");
  await bob.page.keyboard.press("Escape");
  await isAt(bob, "composer-text");
  assert.equal(await bob.at("composer-text").inputValue(), "/etc");
  assert.equal(await bob.at("replies").count(), 0);
  await bob.at("composer-text").fill("");
  await opensByKey(bob);
  await bob.page.keyboard.press("Backspace");
  await isAt(bob, "composer-text");
  assert.equal(await bob.at("composer-text").inputValue(), "");
}

describe("quick replies", () => {
  test("are found by keys, filled in, read over, sent; a team's are made by who manages it", () =>
    Stage.play(
      "quick replies",
      ["alice", "bob", "eve"],
      async (stage) => {
        const { alice, bob, eve } = stage.people;
        await Promise.all([bob.signIn(), eve.signIn()]);
        await chat.opensChat(alice, "support");
        await chat.acceptsChat(bob);
        await chat.writes(alice, "Hello");
        await chat.allRead("Alice is there", [alice, bob], ["Hello"]);

        const sent = await createsAndUses(stage.people, stage);
        const said = await keepsMarkup(stage.people, ["Hello", sent], stage);
        const team = await teamHasOne(stage.people, said, stage);
        await deletes(bob);
        await bob.at("composer-text").focus();
        await goesBack(bob);

        await chat.reloads(bob);
        await bob.at("composer-text").focus();
        await opensByKey(bob);
        await found(bob, "reply-q", "Voucher").waitFor();
        await bob.at(`reply-${team}`).waitFor();
        assert.equal(await found(bob, "reply-q", "Markup").count(), 0);
        await stage.shoot("after a reload");
        await bob.page.keyboard.press("Escape");
      },
      { config: SUPERVISED },
    ));
});
