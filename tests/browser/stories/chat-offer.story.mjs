// A chat is offered to a colleague: who offers it owns it until it is accepted, and listens then.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const DRAFT = "I was about to say";

function chip(person, words) {
  return person.at("conversations").getByText(words).waitFor();
}

/** Alice writes to the team, Bob takes it and answers. */
async function begins({ alice, bob, carol }) {
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.acceptsChat(bob);
  await carol.signIn();
  await chat.writes(alice, "I have moved house.");
  await chat.allRead("the customer writes", [bob], ["I have moved house."]);
  await chat.writes(bob, "Carol will know.");
  const said = ["I have moved house.", "Carol will know."];
  await chat.allRead("the agent writes", [alice, bob], said);
  return said;
}

/** What is written past a page that lets nobody: the server itself refuses it. */
async function isRefused(agent, code) {
  assert.equal(await chat.refusalOf(agent, "Past the page"), code, `${agent.name} is refused`);
}

/** Bob has handed it over: he reads on, and his draft is where it was. */
async function listens(bob) {
  await chat.takesPart(bob, "listener");
  const field = bob.at("composer-text");
  assert.equal(await field.inputValue(), DRAFT, "the draft stays");
  assert.ok(await field.evaluate((one) => one.readOnly), "nothing can be written any more");
  assert.equal(await field.getAttribute("aria-disabled"), "true");
  const why = await bob.at("composer-why").textContent();
  assert.equal(why, "You are listening. Carol Chen answers now.", "and it is said why");
  await field.press("Enter");
  await isRefused(bob, "not_owner");
  assert.equal(await field.inputValue(), DRAFT, "the draft stays after Enter too");
}

/** The offers that come to nothing: declined with a text, and taken back. */
async function comesToNothing({ alice, bob, carol }, said) {
  await chat.passesChat(carol, "agent-bob", "blind");
  await bob.at("chat-accept").waitFor();
  await bob.at("chat-decline-text").fill("I know nothing of it");
  await bob.press("chat-decline");
  await carol.isTold(/Bob Baker.* declined: “I know nothing of it”/);
  await carol.at("chat-offer").waitFor({ state: "detached" });
  await chat.takesPart(carol, "member");

  await chat.passesChat(carol, "agent-bob", "blind");
  await bob.at("chat-accept").waitFor();
  await carol.press("chat-cancel");
  await bob.at("idle").waitFor();
  await carol.at("chat-offer").waitFor({ state: "detached" });

  await chat.writes(carol, "Then I do it myself.");
  await chat.allRead("who offered it owns it", [alice, carol], [...said, "Then I do it myself."]);
}

describe("a chat is offered to a colleague", () => {
  test("who reads it, takes it, and leaves the first agent as a listener; then in vain", () =>
    Stage.play("chat offer", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([alice, bob, carol].map(chat.notesPipes));
      const before = await begins(stage.people);
      await bob.press("chat-transfer-open");
      assert.equal(await bob.at("target-agent-dave").count(), 0, "who is not here is not listed");
      await bob.press("transfer-back");
      await chat.passesChat(bob, "agent-carol", "blind", "Please change the address");
      await carol.at("chat-accept").waitFor();
      await bob.at("chat-offer").getByText("You offered the chat to Carol Chen").waitFor();
      await chip(bob, "You offered it to Carol Chen");
      await chip(carol, "Offered to you");
      await carol.at("chat-offer-note").getByText("Please change the address").waitFor();
      await chat.allRead("who is asked reads before deciding", [carol], before);
      await isRefused(carol, "not_a_participant");

      await chat.writes(bob, "One moment.");
      const offered = [...before, "One moment."];
      await chat.allRead("who offers it still writes", [alice, bob, carol], offered);
      await bob.at("composer-text").fill(DRAFT);
      await stage.shoot("offered");
      await chat.acceptsChat(carol);
      await listens(bob);
      await carol.at("observer-agent:bob").waitFor();
      await stage.shoot("accepted");

      await chat.writes(carol, "This is Carol.");
      await chat.allRead("the new owner writes", [alice], [...offered, "This is Carol."]);
      await chat.writes(alice, "Hello Carol.");
      const handed = [...offered, "This is Carol.", "Hello Carol."];
      await chat.allRead("all three read on", [alice, bob, carol], handed);

      await bob.press("stop-listening");
      await chat.takesPart(bob, "closed");
      assert.equal(await bob.at("composer-text").inputValue(), DRAFT, "to be copied still");
      await bob.press("chat-close");
      await bob.at("idle").waitFor();
      await carol.at("observer-agent:bob").waitFor({ state: "detached" });
      await comesToNothing(stage.people, handed);
      await stage.shoot("in vain");
    }));
});
