// A supervisor of chats: reads along without a trace, transfers for an agent, takes over, ends it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED, Supervisor } from "../lib/supervisor.mjs";
import { Wire } from "../lib/wire.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const BOBS_DRAFT = "Let me look that up";
const CAROLS_DRAFT = "I have looked it up";
/** What an operator is printed of each act, the first first. */
const ACTS = [
  ["observes", "monitor"],
  ["stops_observing", "left"],
  ["observes", "monitor"],
  ["transfers_on_behalf", "carol"],
  ["takes_over", "carol"],
  ["observes", "monitor"],
  ["ends_for_all"],
];

/** The list's entry of the chat with this customer. */
function entry(agent, name) {
  return agent.at("conversations").getByRole("option").filter({ hasText: name });
}

function unread(agent, name) {
  return entry(agent, name).getAttribute("data-unread");
}

/** How far the last of what this person wrote has come. */
function lastMark(person) {
  const own = person.page.locator('[data-testid^="message-"][data-mark]');
  return own.last().getAttribute("data-mark");
}

/** Bob has two chats, Ann's is on his stage; Alice has written what he has not read. */
async function begins({ alice, ann, bob }) {
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.acceptsChat(bob);
  await chat.writes(alice, "Good morning.");
  await chat.allRead("the customer writes", [bob], ["Good morning."]);
  await eventually("Bob has read it", async () => (await lastMark(alice)) === "read");
  await chat.opensChat(ann, "support");
  await bob.at("offered-seconds").waitFor();
  await bob.page.locator('[data-testid^="read-"]').click();
  await chat.acceptsChat(bob);
  await chat.writes(alice, "Is my parcel on its way?");
  await eventually("Bob has not read it", async () => (await unread(bob, "Alice")) === "1");
  await eventually("it came to him", async () => (await lastMark(alice)) === "delivered");
}

/** All that has reached these people, once nothing more comes of what was done before. */
async function settled(people, wires) {
  const all = () => Promise.all(people.map((one, i) => chat.reached(one, wires[i])));
  let before = await all();
  await eventually("nothing more comes", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = await all();
    const same = JSON.stringify(now) === JSON.stringify(before);
    before = now;
    return same;
  }, 20_000);
  return before;
}

/** What has reached them since, one after the other. */
async function reachedSince(people, wires, before) {
  const now = await settled(people, wires);
  return now.flatMap((frames, i) => frames.filter((frame) => !before[i].includes(frame)));
}

/** Whether a desk is told no more than whether Eve herself is there. */
function isPresence(frame) {
  const { type, changes } = JSON.parse(frame);
  const about = JSON.stringify([changes?.you, changes?.agents.map(({ id }) => id), changes?.teams]);
  return type === "desk_changes" && about === '[null,["agent:eve"],[]]';
}

/** On the board, beside the customer's name. */
async function monitors(eve, name) {
  await eve.opensBoard();
  const row = eve.page.locator('[data-testid^="board-row-"]').filter({ hasText: name });
  await row.getByTestId("monitor").click();
  await chat.takesPart(eve, "monitor");
  await eve.press("board-close");
}

/** Eve reads it all, over a reload too, types and marks past her page: no letter of it gets out. */
async function monitorsUnnoticed({ alice, bob, eve }, wires) {
  const people = [alice, bob];
  const before = await settled(people, wires);
  const texts = ["Good morning.", "Is my parcel on its way?"];
  await monitors(eve, "Alice");
  await chat.allRead("who monitors reads it all", [eve], texts);
  const conversation = await chat.conversationOf(eve);
  await chat.sendsPastThePage(eve, { type: "typing", conversation });
  await chat.sendsPastThePage(eve, { type: "mark", conversation, delivered: 9, read: 9 });
  assert.equal(await chat.refusalOf(eve, "Unheard", conversation), "not_owner");
  assert.deepEqual(await reachedSince(people, wires, before), [], "not a letter reached anybody");

  await chat.reloads(eve);
  await chat.allRead("and after a reload", [eve], texts);
  await chat.takesPart(eve, "monitor");
  await eve.press("stop-observing");
  await eve.at("chat").waitFor({ state: "detached" });
  await monitors(eve, "Alice");
  await chat.allRead("and again", [eve], texts);
  const told = await reachedSince(people, wires, before);
  const more = told.filter((frame) => !isPresence(frame));
  assert.deepEqual(more, [], "but that her page is loaded again, as anybody's");
  assert.equal(await unread(bob, "Alice"), "1", "nothing is read for Bob");
  assert.equal(await lastMark(alice), "delivered", "nor shown to Alice as read");
  return conversation;
}

/** What goes on is what goes on without her: who writes and reads is seen, and nobody else. */
async function goesOnUnnoticed({ alice, bob, eve }, wires) {
  await entry(bob, "Alice").click();
  await eventually("now it is read", async () => (await lastMark(alice)) === "read");
  await chat.writes(bob, "It is. I look where.");
  const texts = ["Good morning.", "Is my parcel on its way?", "It is. I look where."];
  await chat.allRead("all read on", [alice, bob, eve], texts);
  for (const [i, one] of [alice, bob].entries()) {
    const place = one.page.locator('[data-testid="chat"], [data-testid="screen"]');
    const shown = await place.innerHTML();
    const told = (await chat.reached(one, wires[i])).filter((frame) => !frame.includes('"desk'));
    assert.doesNotMatch([...told, shown].join("\n"), /agent:eve|Eve/, `no trace at ${one.name}`);
  }
  return texts;
}

/** In Bob's name it is offered to Carol, who takes it: Bob owned it until then, and listens now. */
async function transfersOnBehalf({ alice, bob, carol, eve }, before) {
  await bob.at("composer-text").fill(BOBS_DRAFT);
  await eve.transfersOnBehalf("agent-carol", "Carol knows where parcels are");
  await bob.isTold(/Eve Ember has transferred the chat to Carol Chen in your name/);
  await carol.at("chat-offer-note").getByText("Carol knows where parcels are").waitFor();
  await chat.allRead("Carol reads before deciding", [carol], before);
  await chat.takesPart(bob, "member");
  await chat.takesPart(eve, "monitor");
  assert.equal(await bob.at("composer-text").inputValue(), BOBS_DRAFT);
  await chat.writes(bob, "One moment please.");
  await bob.at("composer-text").fill(BOBS_DRAFT);
  const said = [...before, "One moment please."];
  await chat.allRead("Bob writes on", [alice, bob, carol, eve], said);
  await chat.acceptsChat(carol);
  await chat.takesPart(bob, "listener");
  assert.equal(await bob.at("composer-text").inputValue(), BOBS_DRAFT, "Bob's draft is kept");
  return said;
}

/** Eve takes Carol's place at once: what Carol was writing is kept, and she is told by whom. */
async function takesOver(stage, conversation, before) {
  const { alice, bob, carol, eve } = stage.people;
  await carol.at("composer-text").fill(CAROLS_DRAFT);
  await eve.press("take-over");
  await chat.takesPart(eve, "member");
  assert.equal(await chat.refusalOf(carol, "Still me", conversation), "not_owner");
  await carol.isTold(/Eve Ember answers for the chat now: you are out of it/);
  await chat.takesPart(carol, "closed");
  assert.equal(await carol.at("composer-text").inputValue(), CAROLS_DRAFT, "the draft is kept");
  await carol.at("composer-why").getByText("Eve Ember answers now").waitFor();
  assert.equal(await carol.page.locator("[data-owner]").count(), 0, "she is no owner there");
  await bob.at("composer-why").getByText("Eve Ember answers now").waitFor();
  await eve.page.locator('[data-testid="chat-person-agent:eve"][data-owner]').waitFor();
  await eve.opensBoard();
  await eve.at("board").getByText("Eve Ember answers for it").waitFor();
  await stage.shoot("taken over");
  await chat.writes(eve, "This is Eve.");
  await chat.allRead("who took it over", [alice, bob, eve], [...before, "This is Eve."]);
  await alice.at("chat-state").getByText("Eve Ember").waitFor();
  await eve.press("chat-complete");
  await alice.at("chat-end").waitFor();
  await eve.press("board-close");
}

/** The other chat she ends for all: everybody sees that, and what was begun stays. */
async function endsForAll({ ann, bob, carol, eve }) {
  await carol.press("chat-close");
  await entry(bob, "Ann").click();
  await bob.at("composer-text").fill(BOBS_DRAFT);
  await monitors(eve, "Ann");
  await eve.endsForAll();
  await ann.at("chat-end").waitFor();
  await chat.takesPart(bob, "closed");
  await bob.isTold(/A supervisor ended the chat/);
  assert.equal(await bob.at("composer-text").inputValue(), BOBS_DRAFT, "the draft is kept");
}

/** What stands in the audit of Eve's acts, the first first. */
async function stands(server) {
  const lines = (await server.operator(["directory", "audit"])).trim().split("\n");
  const acts = lines.filter((line) => line.includes("agent:eve")).toReversed();
  assert.equal(acts.length, ACTS.length, lines.join("\n"));
  for (const [i, words] of ACTS.entries()) {
    for (const word of words) assert.ok(acts[i].includes(word), `${word} in ${acts[i]}`);
  }
}

describe("a supervisor of chats", () => {
  test("reads along without a trace, transfers on behalf, takes over, ends; all in the audit", () =>
    Stage.play("chat supervision", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      const eve = await guest(stage, "eve", "carol", Supervisor);
      const ann = await guest(stage, "ann", "alice", Customer);
      await Promise.all([alice, bob, carol, eve].map(chat.notesPipes));
      const wires = [new Wire(alice.page), new Wire(bob.page)];
      await begins({ alice, ann, bob });
      await Promise.all([carol.signIn(), eve.signIn()]);
      const conversation = await monitorsUnnoticed(stage.people, wires);
      await stage.shoot("monitored");
      const texts = await goesOnUnnoticed(stage.people, wires);
      const said = await transfersOnBehalf(stage.people, texts);
      await stage.shoot("transferred on behalf");
      await takesOver(stage, conversation, said);
      await endsForAll(stage.people);
      await stage.shoot("ended for all");
      await stands(stage.server);
    }, { config: SUPERVISED }));
});
