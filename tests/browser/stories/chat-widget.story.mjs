// A shop's page with one script tag: a customer writes from it, walks on, and loses nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible } from "../lib/accessible.mjs";
import * as chat from "../lib/chat.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const MARKUP = '<img src=x onerror="document.title=1"> <b>not bold</b>';

/** The widget at the page of `customer`: its button, and what lies in its frame. */
function widget({ page }) {
  const frame = page.frameLocator("iframe");
  return {
    opener: page.locator(".open"),
    panel: page.locator(".panel"),
    at: (testid) => frame.getByTestId(testid),
    texts: () => frame.locator(".message-text").allTextContents(),
  };
}

/** Whether the keyboard is at the button of the widget. */
function atOpener({ page }) {
  return page.evaluate(() => {
    const { shadowRoot } = document.querySelector("[data-trefoil=widget]");
    return shadowRoot.activeElement?.className === "open";
  });
}

/** Alice opens the widget by keys alone and writes; Bob takes the chat and answers. */
async function begins({ alice, bob }) {
  const { opener, at, texts } = widget(alice);
  await opener.focus();
  await alice.page.keyboard.press("Enter");
  await at("name").fill("Alice");
  await at("chat").click();
  await at("composer-text").fill("Is the mint fresh?");
  await alice.page.keyboard.press("Enter");
  await chat.acceptsChat(bob);
  await chat.writes(bob, MARKUP);
  await eventually("Bob's answer is shown", async () => (await texts()).includes(MARKUP));
  assert.notEqual(await alice.page.title(), "1", "what is written is text, whatever it looks like");
}

describe("the widget in a page", () => {
  test("is written in, closed, taken along to the next page, and written in again", () =>
    Stage.play("chat widget", ["alice", "bob"], async (stage) => {
      const { alice, bob } = stage.people;
      const { opener, panel, at, texts } = widget(alice);
      await bob.signIn();
      await alice.page.goto(`${stage.server.url}/example/`);
      await begins(stage.people);
      await accessible(alice, "open");
      await stage.shoot("open");

      await at("composer-text").fill("And the black");
      await alice.page.keyboard.press("Escape");
      await panel.waitFor({ state: "hidden" });
      await eventually("the keyboard is where it came from", () => atOpener(alice));
      await chat.writes(bob, "Cut this morning");
      const unread = async () => (await opener.textContent()).includes("1 unread");
      await eventually("what came is counted at the button", unread);

      await alice.page.getByRole("link", { name: "Delivery" }).click();
      await eventually("and on the next page too", unread);
      await opener.click();
      await eventually("the chat is there", async () =>
        (await texts()).includes("Cut this morning"),
      );
      await eventually("it is read now", async () => !(await unread()));
      assert.equal(await at("composer-text").inputValue(), "And the black", "and the draft");
      await at("composer-text").fill("Thank you");
      await alice.page.keyboard.press("Enter");
      const has = async () => (await chat.log(bob)).texts.includes("Thank you");
      await eventually("Bob reads it", has);

      await alice.page.setViewportSize({ width: 360, height: 640 });
      await stage.shoot("narrow");
      await accessible(alice, "on a phone");
    }));
});
