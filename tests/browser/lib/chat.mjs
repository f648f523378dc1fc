// What people do and see in chats: they write at the page, and the texts on all sides are compared.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { eventually } from "./person.mjs";

const PIPES = fileURLToPath(new URL("pipes.js", import.meta.url));

/** Notes from the next load on all that comes to the page over its data channels. */
export async function notesPipes(person) {
  await person.page.addInitScript({ path: PIPES });
}

/** All that came to the page over data channels since it was loaded, as one text. */
export function cameTo(person) {
  return person.page.evaluate(() => globalThis.__pipes.join("\n"));
}

/**
 * The customer opens a chat with `team`, under a name; nobody need have taken it when this
 * resolves.
 */
export async function opensChat(customer, team, name = capitalised(customer.name)) {
  const query = new URLSearchParams({ name, team, chat: "1" });
  await customer.page.goto(`${customer.server.url}/customer/?${query}`);
  await customer.at("composer-text").waitFor();
}

function capitalised(name) {
  return name[0].toUpperCase() + name.slice(1);
}

/** The customer ends the chat, and sees that it is over. */
export async function endsChat(customer) {
  await customer.press("end-chat");
  await customer.at("chat-end").waitFor();
}

/** Accepts the chat that is offered at the stage. */
export async function acceptsChat(agent) {
  await agent.press("chat-accept");
  await takesPart(agent, "member");
}

/** Signs in anew while the seat in a chat is kept, and waits until the desk shows that chat. */
export async function signsInAgain(agent) {
  const query = new URLSearchParams({ agent: agent.name });
  await agent.page.goto(`${agent.server.url}/desk/?${query}`);
  await takesPart(agent, "member");
}

/** Waits until the desk shows the chat with this part in it: member, listener, offered, ... */
export async function takesPart(agent, part) {
  await agent.page.locator(`[data-testid="chat"][data-part="${part}"]`).waitFor();
}

/** Writes by the keyboard, and sends with Enter. */
export async function writes(person, text) {
  const field = person.at("composer-text");
  await field.fill(text);
  await field.press("Enter");
  await eventually(`what ${person.name} wrote is sent`, async () => !(await field.inputValue()));
}

/** Writes what only colleagues read, and writes to everybody again after it. */
export async function writesNote(agent, text) {
  const pressed = () => agent.at("composer-note").getAttribute("aria-pressed");
  if ((await pressed()) !== "true") await agent.press("composer-note");
  await writes(agent, text);
  if ((await pressed()) === "true") await agent.press("composer-note");
}

/** The chat goes to a colleague or a team: `agent-carol`, `team-billing`. */
export async function passesChat(agent, target, way, note = "") {
  await agent.press("chat-transfer-open");
  await agent.at(`target-${target}`).click();
  await agent.at(`way-${way}`).click();
  if (note) await agent.at("transfer-note").fill(note);
  await agent.press("transfer-submit");
}

/**
 * What stands in the page's log, in the order in which it stands there: what people wrote, by the
 * number the server gave it; what the server said by itself; what waits to be sent.
 */
export function log(person) {
  return person.page.evaluate(() => {
    const all = [
      ...document.querySelectorAll('[data-testid="chat-log"] [data-testid^="message-"]'),
    ];
    const words = (one) => one.querySelector(".message-text")?.textContent ?? "";
    const waits = (one) => one.dataset.testid === "message-pending";
    const automatic = (one) => one.classList.contains("automatic");
    const said = all.filter((one) => !waits(one) && !automatic(one));
    return {
      texts: said.map(words),
      numbers: said.map((one) => Number(one.dataset.testid.slice("message-".length))),
      automatic: all.filter(automatic).map(words),
      pending: all.filter(waits).map(words),
    };
  });
}

/** Presses "Earlier messages" until the very first stands in the log. */
export async function readsBack(person) {
  const button = person.at("earlier");
  const press = async () => {
    if ((await button.count()) > 0) await button.click({ timeout: 1_000 }).catch(() => {});
  };
  await eventually(
    `${person.name} has the whole chat`,
    async () => (await person.at("message-1").count()) > 0 || press(),
  );
}

/** Fails unless a log is in the order of the numbers, each of them once. */
function inOrder(what, { numbers }) {
  const ascends = numbers.every((number, i) => i === 0 || number > numbers[i - 1]);
  assert.ok(ascends, `${what}: one order, each once: ${numbers}`);
}

/**
 * Waits until `texts` and nothing else stand in each log, in that order, and none waits.
 *
 * @param {string} what
 * @param {import("./person.mjs").Person[]} people
 * @param {string[]} texts
 */
export async function allRead(what, people, texts) {
  await Promise.all(
    people.map(async (person) => {
      let seen = null;
      const same = async () => {
        seen = await log(person);
        return seen.pending.length === 0 && JSON.stringify(seen.texts) === JSON.stringify(texts);
      };
      await eventually(what, same).catch(() => {
        assert.deepEqual(seen, { ...seen, texts, pending: [] }, `${what}, at ${person.name}`);
      });
      inOrder(`${what}, at ${person.name}`, seen);
    }),
  );
}

/**
 * Waits until what was said at the same time stands in the first log, after `before`; then it must
 * stand in all logs in the same order. Resolves with the whole.
 *
 * @param {string} what
 * @param {import("./person.mjs").Person[]} people
 * @param {string[]} before
 * @param {string[]} said in no certain order
 */
export async function allAgree(what, people, before, said) {
  const many = before.length + said.length;
  const [first] = people;
  const complete = async () => (await log(first)).texts.length >= many;
  await eventually(`${what}: ${many} messages at ${first.name}`, complete);
  const { texts } = await log(first);
  assert.deepEqual(texts.slice(0, before.length), before, what);
  assert.deepEqual(texts.slice(before.length).toSorted(), said.toSorted(), what);
  await allRead(what, people, texts);
  return texts;
}

/** Loads the page again, and waits until its chat is back. */
export async function reloads(person) {
  await person.reload();
  await person.at("chat-log").waitFor();
}

/**
 * Everything that has reached a page so far by either way, letter for letter, but that the server
 * is there.
 *
 * @param {import("./person.mjs").Person} person whose pipes are noted
 * @param {import("./wire.mjs").Wire} wire of that page
 */
export async function reached(person, wire) {
  const pipes = await person.page.evaluate(() => globalThis.__pipes);
  return [...wire.frames, ...pipes.filter((frame) => !frame.includes('"type":"pong"'))];
}

/** Sends the server a frame that this page would not send. */
export function sendsPastThePage(person, frame) {
  return person.page.evaluate((text) => globalThis.__pipe.send(text), JSON.stringify(frame));
}

/** The conversation of the chat that this person sees. */
export function conversationOf(person) {
  return person.page.evaluate(() => [...globalThis.trefoil.client.chats.keys()][0]);
}

/** The code with which the server refuses a text sent past the page; null if it takes it. */
export async function refusalOf(person, text, conversation = null) {
  const where = conversation ?? (await conversationOf(person));
  return person.page.evaluate(
    ([words, into]) => {
      const channel = globalThis.__pipe;
      const id = `past-the-page-${Math.random().toString(36).slice(2)}`;
      return new Promise((resolve) => {
        const hear = ({ data }) => {
          const said = JSON.parse(data);
          if (said.id !== id) return;
          channel.removeEventListener("message", hear);
          resolve(said.type === "refused" ? said.error.code : null);
        };
        channel.addEventListener("message", hear);
        channel.send(JSON.stringify({ type: "send", conversation: into, id, text: words }));
      });
    },
    [text, where],
  );
}

/**
 * Writes by the page's client, faster than anybody types; resolves with what the server has not
 * acknowledged yet.
 */
export function writesMany(person, texts) {
  return person.page.evaluate((all) => {
    const [chat] = globalThis.trefoil.client.chats.values();
    for (const text of all) chat.send(text);
    return chat.pending.map(({ text }) => text);
  }, texts);
}

/** Waits until all that was written at this page is acknowledged. */
export function isTaken(person) {
  const waits = () =>
    person.page.evaluate(() => {
      const [chat] = globalThis.trefoil.client.chats.values();
      return chat?.pending.length ?? Infinity;
    });
  return eventually(
    `what ${person.name} wrote is acknowledged`,
    async () => (await waits()) === 0,
  );
}
