// An agent offers the customer of a chat a call: nobody's page speaks before its person says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible } from "../lib/accessible.mjs";
import { areLinked, overOneLeg } from "../lib/both-media.mjs";
import * as chat from "../lib/chat.mjs";
import { voices } from "../lib/hearing.mjs";
import { PATIENCE_MS } from "../lib/patience.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

/** So long a call is offered. */
const OFFER_MS = 60_000;
const PHONE = { width: 360, height: 640 };
const OFFERED = "Shall we talk about it?";

/** Bob offers a call, and Alice is asked. */
async function offers({ alice, bob }) {
  await bob.press("chat-offer-call");
  await Promise.all([alice.at("offered-call").waitFor(), bob.at("chat-offered-call").waitFor()]);
}

/** Nobody sees an offered call any more, and another can be offered. */
async function isOver({ alice, bob }) {
  await Promise.all([
    alice.at("offered-call").waitFor({ state: "detached" }),
    bob.at("chat-offered-call").waitFor({ state: "detached" }),
  ]);
  const may = async () => (await bob.at("chat-offer-call").getAttribute("aria-disabled")) === null;
  await eventually("Bob may offer another", may);
}

/** What somebody types where the keyboard is. */
async function typesOn(person, text) {
  await person.page.keyboard.type(text);
  return person.at("composer-text").inputValue();
}

/** Whether the page has opened its microphone since it was loaded. */
function speaks({ page }) {
  return page.evaluate(() => globalThis.trefoil.client.microphone.state !== "off");
}

/** From here on the page notes whether anything rings. */
function notesRings({ page }) {
  return page.evaluate(() => {
    globalThis.__rang = 0;
    for (const name of ["call", "changed"]) {
      globalThis.trefoil.client.on(name, (call) => {
        if (call.ringsHere) globalThis.__rang += 1;
      });
    }
  });
}

/** How the offer looks to both, also on a phone. */
async function looks(stage) {
  const { alice, bob } = stage.people;
  await stage.shoot("offered");
  await accessible(bob, "with a call offered");
  await accessible(alice, "with a call offered to her");
  const wide = alice.page.viewportSize();
  await alice.page.setViewportSize(PHONE);
  await stage.shoot("offered on a phone");
  await accessible(alice, "with a call offered to her on a phone");
  if (wide !== null) await alice.page.setViewportSize(wide);
}

/** Alice would rather write on, and is not disturbed in it. */
async function declines(stage) {
  const { alice, bob } = stage.people;
  await alice.at("composer-text").fill("I am on");
  await alice.at("composer-text").focus();
  await offers(stage.people);
  assert.equal(await typesOn(alice, " a train"), "I am on a train", "she goes on writing");
  await looks(stage);
  await alice.press("offered-decline");
  await bob.isTold("Alice would rather write on.");
  await isOver(stage.people);
  assert.equal(await typesOn(alice, "."), "I am on a train.", "and is there again");
  await alice.page.keyboard.press("Enter");
  await chat.allRead("the chat goes on", [alice, bob], [OFFERED, "I am on a train."]);
  assert.equal(await speaks(alice), false, "her microphone was never opened");
}

/** Bob thinks better of it. */
async function takesBack(stage) {
  const { alice, bob } = stage.people;
  await offers(stage.people);
  await bob.press("chat-withdraw-call");
  await isOver(stage.people);
  await chat.writes(bob, "Later then.");
  const said = [OFFERED, "I am on a train.", "Later then."];
  await chat.allRead("taken back", [alice, bob], said);
  return said;
}

/** Alice loads her page again and answers; Bob is writing meanwhile. */
async function answers(stage, said) {
  const { alice, bob } = stage.people;
  await offers(stage.people);
  await chat.reloads(alice);
  await alice.at("offered-call").waitFor();
  assert.equal(await speaks(alice), false, "her microphone is still closed");
  await notesRings(bob);
  await bob.at("composer-text").fill("Do you");
  await bob.at("composer-text").focus();
  await alice.press("offered-answer");
  await stage.hears("answered", { alice: voices("bob"), bob: voices("alice") });
  await bob.isTold("Alice has answered");
  assert.equal(await bob.page.evaluate(() => globalThis.__rang), 0, "nothing rang at Bob");
  await areLinked(bob);
  await overOneLeg(alice, bob);
  await stage.shoot("talking");
  assert.equal(await typesOn(bob, " hear me?"), "Do you hear me?", "no letter was lost");
  await bob.page.keyboard.press("Enter");
  const asked = [...said, "Do you hear me?"];
  await chat.allRead("he writes while they talk", [alice, bob], asked);
  await chat.writes(alice, "Well.");
  const more = [...asked, "Well."];
  await chat.allRead("and she", [alice, bob], more);
  assert.equal(await bob.at("chat-offer-call").getAttribute("aria-disabled"), "true");
  await bob.press("call-bar-show");
  await bob.phase("connected");
  return more;
}

/** @param {Stage} stage */
async function inAChat(stage) {
  const { alice, bob } = stage.people;
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.acceptsChat(bob);
  await chat.writes(bob, OFFERED);
  await chat.allRead("the agent writes", [alice], [OFFERED]);
  await declines(stage);
  const said = await answers(stage, await takesBack(stage));

  // The call ends by itself: the chat goes on, and another can be offered in it.
  await alice.press("hang-up");
  await alice.at("call-bar").waitFor({ state: "detached" });
  await chat.takesPart(bob, "member");
  await isOver(stage.people);
  await chat.writes(alice, "Goodbye.");
  await chat.allRead("the chat outlasts the call", [alice, bob], [...said, "Goodbye."]);
  await chat.endsChat(alice);
}

/** Alice's widget is closed as the offer comes. @param {Stage} stage */
async function inTheWidget(stage) {
  const { alice, bob } = stage.people;
  const opener = alice.page.locator(".open");
  const at = (testid) => alice.page.frameLocator("iframe").getByTestId(testid);
  await bob.signIn();
  await alice.page.goto(`${stage.server.url}/example/`);
  await opener.click();
  await at("name").fill("Alice");
  await at("chat").click();
  await chat.acceptsChat(bob);
  await at("composer-text").press("Escape");
  await alice.page.locator(".panel").waitFor({ state: "hidden" });

  await bob.press("chat-offer-call");
  const counts = (many) => async () => (await opener.textContent()).includes(many);
  await eventually("it is counted at the button", counts("1 unread"));
  await bob.isTold("Alice has not answered the call that was offered.", OFFER_MS + PATIENCE_MS);
  await eventually("it is over at both", async () => !(await counts("1 unread")()));
  await bob.at("chat-offered-call").waitFor({ state: "detached" });

  await bob.press("chat-offer-call");
  await eventually("another is counted", counts("1 unread"));
  await opener.click();
  await at("offered-call").waitFor();
  await eventually("it is seen now", async () => !(await counts("1 unread")()));
  await stage.shoot("offered in the widget");
  await alice.page.setViewportSize(PHONE);
  await stage.shoot("offered in the widget on a phone");
  await accessible(alice, "with a call offered to her in the widget");
  await at("offered-answer").click();
  await at("call-bar").waitFor();
  await at("offered-call").waitFor({ state: "detached" });
  await alice.page.frameLocator("iframe").locator('[data-state="talking"]').waitFor();
  await bob.at("call-bar").waitFor();
  await at("hang-up").click();
  await at("call-bar").waitFor({ state: "detached" });
}

describe("a call that an agent offers in a chat", () => {
  test("is declined, taken back, answered after a reload: both talk at once, nothing rings", () =>
    Stage.play("a call is offered", ["alice", "bob"], inAChat));

  test("is not seen for a minute, then counted at the widget's button and answered there", () =>
    Stage.play("a call is offered in the widget", ["alice", "bob"], inTheWidget));
});
