// The page of a channel whose medium is chat: its texts before, while waiting, and when nobody can
// be reached; who is answered at once is told of no place in a line.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const GREETING = "Welcome to the help desk!";
const CLOSED = "We sleep. Come again on {opens_at}.";
const FULL = "Too many are here; please try again in an hour.";
const SOON_MS = 5_000;
/** One waits at most; what who waits is told stands in the configuration. */
const CONFIG = `
[[team]]
id = "support"
name = "Support"
max_waiting = 1
overflow = "refuse"
[team.texts]
waiting = "You are number {position} at the desk. Estimated wait: {estimated_wait}."
`;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The operator opens a help desk to which customers write. */
async function opensDesk({ server }) {
  const add = ["channel", "add", "help", "--name", "The help desk", "--medium", "chat"];
  const texts = [`greeting=${GREETING}`, `closed=${CLOSED}`, `full=${FULL}`];
  await server.operator([...add, "--team", "support", ...texts.flatMap((one) => ["--text", one])]);
  await told(server, ({ texts: known }) => known?.greeting === GREETING);
}

/** Waits until the running server has noticed what was changed beside it. */
function told(server, what) {
  return eventually("the channel is as it is to be", async () => {
    const answer = await fetch(`${server.url}/v1/channels/help`);
    return answer.ok && what(await answer.json());
  }, SOON_MS);
}

/** Opens the page of the channel, is greeted, and begins to write. */
async function comes(customer, name) {
  const query = new URLSearchParams({ name, channel: "help" });
  await customer.page.goto(`${customer.server.url}/customer/?${query}`);
  await says(customer, "greeting", GREETING);
  assert.equal(await customer.at("call").count(), 0, "one writes here");
  await customer.press("chat");
}

/** The page says `words`. */
function says(person, testid, words) {
  const shown = async () => (await person.at(testid).textContent())?.includes(words);
  return eventually(`${testid} says ${words}`, shown, SOON_MS);
}

/** What the queue wrote by itself. */
async function automatic(person) {
  return (await chat.log(person)).automatic;
}

describe("a channel of chats", () => {
  test("greets, tells who waits its place once, and in its own words why nobody answers", () =>
    Stage.play(
      "channel chat",
      ["alice", "bob"],
      async (stage) => {
        const { alice, bob } = stage.people;
        const ann = await guest(stage, "ann", "alice", Customer);
        await opensDesk(stage);
        await comes(ann, "Ann");
        const place = "You are number 1 at the desk. Estimated wait: not known yet.";
        await says(ann, "chat-line", place);
        await eventually("the queue writes", async () => (await automatic(ann)).length > 0);
        await comes(alice, "Alice");
        await says(alice, "call-error", FULL);
        await stage.shoot("full");

        await bob.signIn();
        await chat.acceptsChat(bob);
        await chat.writes(ann, "Hello");
        assert.deepEqual(await automatic(ann), [place], "once, in the words of the page");

        // Bob is free for another chat, which rings at once: nobody tells Alice of a line.
        await comes(alice, "Alice");
        await bob.page.locator('[data-testid^="read-"]').click();
        await chat.acceptsChat(bob);
        await chat.writes(alice, "Hello");
        await chat.allRead("Alice is answered", [alice], ["Hello"]);
        assert.deepEqual(await automatic(alice), []);
        await stage.shoot("answered");

        // Somebody who was not here before comes while it is closed.
        const day = DAYS[(new Date().getUTCDay() + 3) % 7];
        const hours = ["--open", `${day} 09:00-10:00`, "--zone", "UTC", "--when-closed", "refuse"];
        const sign = ["--text", `greeting=${GREETING} Daily.`];
        await stage.server.operator(["channel", "change", "help", ...hours, ...sign]);
        await told(stage.server, ({ texts }) => texts.greeting !== GREETING);
        const amy = await guest(stage, "amy", "alice", Customer);
        await comes(amy, "Amy");
        await amy.at("call-error").waitFor();
        const words = await amy.at("call-error").textContent();
        assert.match(words, /^We sleep\. Come again on \w+day, /);
        await stage.shoot("closed");
      },
      { config: CONFIG },
    ));
});
