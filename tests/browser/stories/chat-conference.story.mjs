// A colleague is brought into a chat, and the first agent leaves: nothing is said twice or lost.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const NOTE = "Between us: her contract runs out";

/** Alice writes to the team, Bob takes it, and both have written when this resolves. */
async function begins({ alice, bob }) {
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.writes(alice, "Hello, is anybody there?");
  await chat.takesPart(bob, "offered");
  const asked = ["Hello, is anybody there?"];
  await chat.allRead("who is asked reads it before deciding", [bob], asked);
  await chat.acceptsChat(bob);
  await chat.writes(bob, "Good morning, this is Bob.");
  const said = ["Hello, is anybody there?", "Good morning, this is Bob."];
  await chat.allRead("two write", [alice, bob], said);
  return said;
}

/** All three write at once, and read the same in the same order. */
async function threeWrite({ alice, bob, carol }, before, round) {
  const people = [alice, bob, carol];
  const said = people.map(({ name }) => `${round}, says ${name}`);
  await Promise.all(people.map((person, i) => chat.writes(person, said[i])));
  return chat.allAgree(round, people, before, said);
}

/** What only colleagues read has come to them, and to the customer by no way at all. */
async function keptFromCustomer({ alice, bob, carol }) {
  for (const agent of [bob, carol]) {
    assert.ok((await chat.cameTo(agent)).includes(NOTE), `the note came to ${agent.name}`);
  }
  const came = await chat.cameTo(alice);
  assert.ok(came.includes("Good morning, this is Bob."), "what came to the customer is known");
  assert.ok(!came.includes(NOTE), "the note came to no page of the customer");
  assert.ok(!(await alice.page.content()).includes(NOTE), "nor does it stand in it");
}

describe("a chat with a colleague", () => {
  test("is one conversation on all sides, and goes on when the first agent leaves", () =>
    Stage.play("chat conference", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([alice, bob, carol].map(chat.notesPipes));
      const two = await begins(stage.people);
      await carol.signIn();
      await chat.passesChat(bob, "agent-carol", "conference", "She knows invoices");
      await carol.at("chat-accept").waitFor();
      await stage.shoot("invited");
      await chat.acceptsChat(carol);
      await chat.allRead("who joins reads all of it", [carol], two);
      const three = await threeWrite(stage.people, two, "First round");

      await chat.writesNote(bob, NOTE);
      await chat.allRead("a note", [bob, carol], [...three, NOTE]);
      const last = "And to everybody again";
      await chat.writes(carol, last);
      const agents = [...three, NOTE, last];
      const customer = [...three, last];
      await chat.allRead("after the note", [bob, carol], agents);
      await chat.allRead("after the note", [alice], customer);
      await keptFromCustomer(stage.people);
      await stage.shoot("three and a note");

      await Promise.all([alice, bob, carol].map(chat.reloads));
      await chat.allRead("after a reload", [bob, carol], agents);
      await chat.allRead("after a reload", [alice], customer);
      await keptFromCustomer(stage.people);

      await bob.press("chat-leave");
      await bob.at("idle").waitFor();
      await carol.page.locator('[data-testid="chat-person-agent:carol"][data-owner]').waitFor();
      await chat.writes(alice, "Is Bob gone?");
      await chat.allRead("the customer asks", [carol], [...agents, "Is Bob gone?"]);
      await chat.writes(carol, "He is. I stay.");
      const after = ["Is Bob gone?", "He is. I stay."];
      await chat.allRead("the customer and who stays", [alice], [...customer, ...after]);
      await chat.allRead("the customer and who stays", [carol], [...agents, ...after]);
      assert.equal(await bob.at("chat-log").count(), 0, "Bob is out of it");
      await stage.shoot("the two who stay");
    }));
});
