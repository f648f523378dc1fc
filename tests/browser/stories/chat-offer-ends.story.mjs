// How an offer of a chat ends without being taken, and what is written while it is taken.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const BRIEF = `
[chat]
offer_s = 10
`;

/** The list's entry of the chat with this customer. */
function entry(agent, name) {
  return agent.at("conversations").getByRole("option").filter({ hasText: name });
}

/** Waits until the list marks that chat so. */
function isMarked(agent, name, words) {
  return entry(agent, name).getByText(words).waitFor();
}

/** Whom the dialog lists, by id, as somebody to offer a chat to. */
async function listed(agent) {
  await agent.press("chat-transfer-open");
  const all = await agent.page.locator('[data-testid^="target-agent-"]').all();
  const ids = await Promise.all(all.map((one) => one.getAttribute("data-testid")));
  await agent.press("transfer-back");
  return ids.map((id) => id.slice("target-agent-".length)).toSorted();
}

/** Only who is here for chats is offered any. */
async function onlyThePresentAreListed({ bob, carol, dave }) {
  assert.deepEqual(await listed(bob), ["carol"], "Dave is not signed in");
  await dave.signIn();
  await eventually("Dave is there", async () => (await listed(bob)).includes("dave"));
  await dave.press("status");
  await dave.press("status-chats-away");
  await eventually("Dave takes no chats", async () => (await listed(bob)).join() === "carol");
  await carol.at("me-name").waitFor();
}

/** Bob offers Alice's chat to Carol while she offers Ann's to him: both lists show both. */
async function bothOffer({ bob, carol }) {
  await chat.passesChat(bob, "agent-carol", "blind", "For you");
  await carol.page.locator('[data-testid^="offered-c"]').waitFor();
  await chat.passesChat(carol, "agent-bob", "blind", "And for you");
  await Promise.all([
    isMarked(bob, "Alice", "You offered it to Carol Chen"),
    isMarked(bob, "Ann", "Offered to you"),
    isMarked(carol, "Ann", "You offered it to Bob Baker"),
    isMarked(carol, "Alice", "Offered to you"),
  ]);
}

/** Nobody has taken anything, and nobody is asked any more: it is as it was. */
async function bothExpire({ alice, ann, bob, carol }) {
  await Promise.all([
    bob.isTold(/Carol Chen.* did not answer/, 20_000),
    carol.isTold(/Bob Baker.* did not answer/, 20_000),
    bob.isTold("You missed a chat", 20_000),
    carol.isTold("You missed a chat", 20_000),
  ]);
  for (const [agent, name] of [[bob, "Ann"], [carol, "Alice"]]) {
    await entry(agent, name).waitFor({ state: "detached" });
  }
  await chat.writes(bob, "Then I do it.");
  await chat.writes(carol, "So do I.");
  await chat.allRead("each owns what was its own", [alice, bob], ["For Bob", "Then I do it."]);
  await chat.allRead("each owns what was its own", [ann, carol], ["For Carol", "So do I."]);
}

/**
 * From here on this person writes by its page, faster than the server takes it, until the page
 * lets it no more: something waits to be sent at any moment.
 */
function writesOn(person) {
  return person.page.evaluate(() => {
    const [one] = globalThis.trefoil.client.chats.values();
    globalThis.__written = [];
    const timer = setInterval(() => {
      const text = `text ${globalThis.__written.length + 1}`;
      try {
        one.send(text);
        globalThis.__written.push(text);
      } catch {
        clearInterval(timer);
      }
    }, 10);
  });
}

/** The number of the first message of somebody, in a page's log. */
async function firstBy(person, words) {
  const bubble = person.page.locator('[data-testid^="message-"]', { hasText: words }).first();
  return Number((await bubble.getAttribute("data-testid")).slice("message-".length));
}

describe("an offer of a chat", () => {
  test("goes to who is present, is marked at both, and expires as if it had not been", () =>
    Stage.play("chat offer expired", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      const ann = await guest(stage, "ann", "alice", Customer);
      const dave = await guest(stage, "dave", "alice");
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await chat.writes(alice, "For Bob");
      await carol.signIn();
      await chat.opensChat(ann, "billing");
      await chat.acceptsChat(carol);
      await chat.writes(ann, "For Carol");
      await onlyThePresentAreListed({ bob, carol, dave });
      await bothOffer({ bob, carol });
      await stage.shoot("both offered");
      await bothExpire({ alice, ann, bob, carol });
      await stage.shoot("both expired");
    }, { config: BRIEF }));

  test("is taken at one message: what was written after it is back in the draft", () =>
    Stage.play("chat offer taken", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([alice, bob, carol].map(chat.notesPipes));
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await carol.signIn();
      await chat.passesChat(bob, "agent-carol", "blind");
      await carol.at("chat-accept").waitFor();
      await writesOn(bob);
      const twentieth = carol.page.locator('[data-testid^="message-"]', { hasText: "text 20" });
      await twentieth.first().waitFor();
      await carol.press("chat-accept");
      await chat.takesPart(carol, "member");
      await chat.writes(carol, "Mine from here on.");
      await chat.takesPart(bob, "listener");
      await chat.isTaken(bob);
      await stage.shoot("taken while Bob wrote");

      const written = await bob.page.evaluate(() => globalThis.__written);
      await Promise.all([alice, bob, carol].map(chat.readsBack));
      const { texts } = await chat.log(carol);
      await chat.allRead("the same at all", [alice, bob, carol], texts);
      const own = texts.filter((text) => text.startsWith("text "));
      const draft = (await bob.at("composer-text").inputValue()).split("\n").filter(Boolean);
      assert.ok(draft.length > 0, "something was on its way");
      assert.deepEqual([...own, ...draft], written, "each is said, or in the draft, in order");
      console.log(`  of ${written.length} texts ${draft.length} are back in the draft`);
      const owned = await firstBy(carol, "Mine from here on.");
      for (const [i, text] of own.entries()) {
        assert.ok((await firstBy(carol, text)) < owned, `${text}, ${i}, before Carol's first`);
      }
    }));
});
