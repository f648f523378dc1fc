// A chat is put in line, fetched from there, watched unnoticed by a supervisor, and taken over.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED, Supervisor } from "../lib/supervisor.mjs";
import { Wire } from "../lib/wire.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
/** Agents of billing fetch who waits: nobody is rung for it. */
const CONFIG = `
[[team]]
id = "support"
name = "Support"

[[team]]
id = "billing"
name = "Billing"
delivery = "pull"
${SUPERVISED}`;

/** Bob puts it in line, writes on until he leaves, and the customer is told once how it stands. */
async function putInLine({ alice, bob }) {
  await chat.writes(alice, "This is about my invoice.");
  await chat.allRead("the customer writes", [bob], ["This is about my invoice."]);
  const told = (await chat.log(alice)).automatic.length;
  await chat.passesChat(bob, "queue-billing", "blind");
  await bob.at("chat-offer").getByText("the queue of Billing").waitFor();
  const automatic = async () => (await chat.log(alice)).automatic;
  await eventually("the queue writes", async () => (await automatic()).length > told);
  await chat.writes(bob, "Somebody of billing will write to you.");
  const said = ["This is about my invoice.", "Somebody of billing will write to you."];
  await chat.allRead("who put it in line writes on", [alice, bob], said);
  await bob.press("chat-leave");
  await bob.at("idle").waitFor();
  await alice.page.locator('[data-testid="chat-state"][data-state="waiting"]').waitFor();
  await chat.writes(alice, "I wait.");
  const after = await automatic();
  assert.equal(after.length, told + 1, `told once by the queue: ${after.join(" / ")}`);
  assert.match(after.at(-1), /number 1\b/);
  assert.doesNotMatch(after.at(-1), /[{}]/, "the numbers stand there");
  return [...said, "I wait."];
}

/** All that reaches somebody about the conversation, by either way. */
async function reached(person, wire) {
  const pipes = (await chat.cameTo(person)).split("\n");
  const frames = pipes.filter((frame) => !frame.includes('"type":"pong"'));
  return [...frames, ...wire.aboutCalls.map((told) => JSON.stringify(told))];
}

/** Eve reads it all from its beginning, and neither of the two can tell. */
async function monitors({ alice, carol, eve }, wires, before) {
  const people = [alice, carol];
  await chat.allRead("both have read it all", people, before);
  // The marks of what was read come after it.
  const read = () => alice.page.locator('[data-testid^="message-"][data-mark="read"]').count();
  await eventually("Carol has read what Alice wrote", async () => (await read()) === 2);
  const earlier = await Promise.all(people.map((one, i) => reached(one, wires[i])));
  await eve.opensBoard();
  await eve.press("monitor");
  await chat.takesPart(eve, "monitor");
  await chat.allRead("who monitors reads it all", [eve], before);
  const now = await Promise.all(people.map((one, i) => reached(one, wires[i])));
  assert.deepEqual(now, earlier, "nothing reached them of it");
  assert.equal(await chat.refusalOf(eve, "Unheard"), "not_owner", "an observer writes nothing");

  await chat.writes(carol, "I have your invoice here.");
  await chat.allRead("Carol writes", [alice, eve], [...before, "I have your invoice here."]);
  await chat.writesNote(carol, "It is a mess");
  await chat.writes(alice, "Good!");
  const customer = [...before, "I have your invoice here.", "Good!"];
  const agents = [...before, "I have your invoice here.", "It is a mess", "Good!"];
  await chat.allRead("who monitors reads on, notes too", [eve, carol], agents);
  await chat.allRead("the customer", [alice], customer);
  for (const [i, one] of people.entries()) {
    const places = '[data-testid="chat"], [data-testid="screen"]';
    const shown = await one.page.locator(places).innerHTML();
    const all = [...(await reached(one, wires[i])), shown].join("\n");
    assert.ok(!/agent:eve|Eve/.test(all), `no trace of Eve at ${one.name}`);
  }
  return { customer, agents };
}

describe("a chat in line", () => {
  test("is fetched, monitored unnoticed, and taken over", () =>
    Stage.play("chat queue", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      const eve = await guest(stage, "eve", "bob", Supervisor);
      await Promise.all([alice, bob, carol, eve].map(chat.notesPipes));
      const wires = [new Wire(alice.page), new Wire(carol.page)];
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      const waited = await putInLine(stage.people);
      await stage.shoot("in line");

      await carol.signIn();
      assert.equal(await carol.at("chat-accept").count(), 0, "nobody is rung for it");
      await carol.press("take-next-chat-billing");
      await chat.takesPart(carol, "member");
      await chat.allRead("who fetched it reads it all", [carol], waited);
      await eve.signIn();
      const { customer, agents } = await monitors(stage.people, wires, waited);
      await stage.shoot("monitored");

      const conversation = await chat.conversationOf(carol);
      await eve.press("take-over");
      await chat.takesPart(eve, "member");
      await carol.isTold(/Eve Ember answers for the chat now/);
      const refusal = await chat.refusalOf(carol, "Still me", conversation);
      assert.equal(refusal, "not_owner", "Carol writes no more");
      await chat.writes(eve, "Eve here, I take care of it.");
      const last = "Eve here, I take care of it.";
      await chat.allRead("who took it over", [alice], [...customer, last]);
      await chat.allRead("who took it over", [eve], [...agents, last]);
      await alice.at("chat-state").getByText("Eve Ember").waitFor();
      await stage.shoot("taken over");
    }, { config: CONFIG }));
});
