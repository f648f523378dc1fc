// Whatever looks like markup or a script is text, wherever the pages show it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const RUN = "globalThis.__ran = true";
const TEXTS = [
  `<img src="x" onerror="${RUN}">`,
  `<script>${RUN}</script>`,
  `"><svg onload="${RUN}"></svg>`,
  `<a href="javascript:${RUN}">press me</a>`,
  "&lt;b&gt; &amp; {position} ${1+1} \\u003cb\\u003e",
];
const NAME = `<b onmouseover="${RUN}">Mallory</b>`;
const FOREIGN = "img, script, svg[onload], a, b, [onerror], [onload], [onmouseover]";

/** Nothing that was written has become a part of the page, and nothing of it has run. */
async function isText(person) {
  const found = await person.page.evaluate((foreign) => {
    const places = document.querySelectorAll(
      '[data-testid="chat"], [data-testid="screen"], [data-testid="conversations"], ' +
        '[data-testid="toasts"], [data-testid="chat-log"]',
    );
    const made = [...places].flatMap((place) => [...place.querySelectorAll(foreign)]);
    return { places: places.length, made: made.map((one) => one.outerHTML), ran: globalThis.__ran };
  }, FOREIGN);
  assert.ok(found.places > 0, `there is something to look at, at ${person.name}`);
  assert.deepEqual(found.made, [], `at ${person.name}`);
  assert.equal(found.ran, undefined, `nothing ran at ${person.name}`);
}

describe("markup and scripts in a chat", () => {
  test("are shown as they were written, and do nothing", () =>
    Stage.play("chat markup", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await bob.signIn();
      await chat.opensChat(alice, "support", NAME);
      await chat.acceptsChat(bob);
      for (const text of TEXTS) await chat.writes(alice, text);
      await chat.allRead("what the customer wrote", [alice, bob], TEXTS);
      for (const text of TEXTS) await chat.writes(bob, text);
      const said = [...TEXTS, ...TEXTS];
      await chat.allRead("what the agent wrote", [alice, bob], said);
      await bob.at("chat-name").getByText(NAME, { exact: true }).waitFor();
      const last = bob.at("conversation-last");
      await eventually("the list shows it too", async () =>
        (await last.textContent()).includes(TEXTS.at(-1)),
      );

      await carol.signIn();
      await chat.passesChat(bob, "agent-carol", "blind", TEXTS[0]);
      await carol.at("chat-offer-note").getByText(TEXTS[0], { exact: true }).waitFor();
      await chat.allRead("who is asked", [carol], said);
      await carol.at("chat-decline-text").fill(TEXTS[1]);
      await Promise.all([alice, bob, carol].map(isText));
      await carol.press("chat-decline");
      await bob.isTold(TEXTS[1]);
      await chat.writesNote(bob, TEXTS[2]);
      await chat.allRead("a note", [bob], [...said, TEXTS[2]]);
      await Promise.all([alice, bob].map(isText));
      await stage.shoot("as text");

      await Promise.all([alice, bob].map(chat.reloads));
      await chat.allRead("after a reload", [alice], said);
      await chat.allRead("after a reload", [bob], [...said, TEXTS[2]]);
      await Promise.all([alice, bob].map(isText));
      await chat.endsChat(alice);
      await isText(alice);
    }));
});
