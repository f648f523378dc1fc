// Notes between agents, and all that tells how a chat stands: who types, what is unread, how far
// each message has come. The customer never receives a note, not even when she comes back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const NOTES = ["She has asked three times already", "Then I apologise"];
const HELLO = ["Where is my order?", "I look for it."];

/** What tells of who types, at either page. */
const TYPING = '[data-testid="chat-typing"], [data-testid="typing"]';

/** Waits until a page says that somebody types. */
function seesTyping(person, name) {
  return person.page.locator(TYPING).getByText(name).waitFor();
}

/** The first key of a message, and no more of it. */
async function begins(person, letter) {
  await person.at("composer-text").focus();
  await person.page.keyboard.type(letter);
}

/** The mark of what this person wrote, by its words. */
async function markOf(person, text, mark) {
  const bubble = person.page.locator('[data-testid^="message-"][data-mark]', { hasText: text });
  await bubble.and(person.page.locator(`[data-mark="${mark}"]`)).waitFor();
}

/** The list's entry of the chat with this customer. */
function entry(agent, name) {
  return agent.at("conversations").getByRole("option").filter({ hasText: name });
}

/** Each sees that the other types, and sees it no more once the message is there. */
async function theyType({ alice, bob }) {
  await begins(alice, "W");
  await seesTyping(bob, "Alice types");
  await chat.writes(alice, HELLO[0]);
  await eventually("Alice types no more", async () => {
    return (await bob.at("chat-typing").textContent()) === "";
  });
  await markOf(alice, HELLO[0], "read");
  await begins(bob, "I");
  await seesTyping(alice, "Bob");
  await chat.writes(bob, HELLO[1]);
  await markOf(bob, HELLO[1], "read");
  await chat.allRead("two write", [alice, bob], HELLO);
}

/** While Bob looks at Ann's chat, what comes in Alice's is counted, shown as last, and not read. */
async function isUnread({ alice, ann, bob }) {
  await chat.opensChat(ann, "support");
  await bob.page.locator('[data-testid^="read-"]').click();
  await chat.acceptsChat(bob);
  for (const text of ["Hello?", "Still there?"]) await chat.writes(alice, text);
  const count = entry(bob, "Alice").getByTestId("unread");
  await eventually("two are unread", async () => (await count.textContent())?.startsWith("2"));
  const last = entry(bob, "Alice").getByTestId("conversation-last");
  await last.getByText("Alice: Still there?", { exact: true }).waitFor();
  const first = bob.at("conversations").getByRole("option").first();
  assert.match(await first.textContent(), /Alice/, "what is new stands first");
  await markOf(alice, "Still there?", "delivered");
  await entry(bob, "Alice").click();
  await count.waitFor({ state: "detached" });
  await markOf(alice, "Still there?", "read");
  return [...HELLO, "Hello?", "Still there?"];
}

/** How a bubble looks. */
function look(agent, text) {
  const bubble = agent.page.locator('[data-testid^="message-"]', { hasText: text }).first();
  return bubble.evaluate((one) => {
    const { backgroundColor, borderColor, borderStyle } = getComputedStyle(one);
    return [backgroundColor, borderColor, borderStyle].join();
  });
}

/** The two agents write notes: seen to be such, and typed without a word to the customer. */
async function theyNote({ alice, bob, carol }, before) {
  const typed = () => chat.cameTo(alice).then((all) => all.split('"type":"typing"').length);
  const earlier = await typed();
  await chat.writesNote(bob, NOTES[0]);
  await chat.writesNote(carol, NOTES[1]);
  await chat.allRead("notes", [bob, carol], [...before, ...NOTES]);
  assert.equal(await typed(), earlier, "the customer is not told that they write");
  await markOf(bob, NOTES[0], "read");
  for (const agent of [bob, carol]) {
    const labels = await agent.page.locator('[data-audience="agents"]').allTextContents();
    assert.ok(labels.every((text) => text.includes("only colleagues read it")), labels.join());
    assert.notEqual(await look(agent, NOTES[0]), await look(agent, HELLO[1]), "it looks otherwise");
  }
  const last = entry(carol, "Alice").getByTestId("conversation-last");
  await last.getByText(`You (note): ${NOTES[1]}`, { exact: true }).waitFor();
}

/** The notes have come to the page of the customer by no way at all. */
async function keptFrom(alice) {
  const came = await chat.cameTo(alice);
  assert.ok(came.includes(HELLO[1]), "what came to the customer is known");
  for (const note of NOTES) {
    assert.ok(!came.includes(note), "no note came to the page of the customer");
    assert.ok(!(await alice.page.content()).includes(note), "nor does it stand in it");
  }
}

describe("notes between agents", () => {
  test("are seen to be notes and never reach the customer: typing, marks, unread, return", () =>
    Stage.play("chat notes", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      const ann = await guest(stage, "ann", "alice", Customer);
      await Promise.all([alice, bob, carol].map(chat.notesPipes));
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await theyType(stage.people);
      const said = await isUnread({ alice, ann, bob });
      await stage.shoot("read");

      await carol.signIn();
      await chat.passesChat(bob, "agent-carol", "conference");
      await chat.acceptsChat(carol);
      await theyNote(stage.people, said);
      await keptFrom(alice);
      await stage.shoot("notes");
      await chat.reloads(alice);
      await chat.allRead("after a reload", [alice], said);
      await keptFrom(alice);

      await bob.press("chat-leave");
      await chat.endsChat(alice);
      await carol.at("idle").or(carol.at("chat-close")).waitFor();
      if (await carol.at("chat-close").count()) await carol.press("chat-close");
      await alice.press("write-again");
      await chat.acceptsChat(carol);
      await chat.writes(alice, "I am back.");
      await chat.allRead("who is back", [alice], [...said, "I am back."]);
      await chat.allRead("its last agent", [carol], [...said, ...NOTES, "I am back."]);
      await keptFrom(alice);
      await chat.reloads(alice);
      await chat.allRead("and after a reload", [alice], [...said, "I am back."]);
      await keptFrom(alice);
      await stage.shoot("back again");
    }));
});
