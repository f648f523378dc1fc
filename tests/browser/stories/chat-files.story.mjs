// Files in a chat: a customer in the widget of a shop's page and two agents send and fetch them,
// and what was begun goes on whatever breaks.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import * as files from "../lib/files.mjs";
import { eventually } from "../lib/person.mjs";
import { Relay } from "../lib/relay.mjs";
import { Stage } from "../lib/stage.mjs";

const GREEN = files.picture(320, 200, [35, 112, 79]);
const BLUE = files.picture(200, 320, [61, 79, 148]);
const ODD_NAME = "../../etc/<b>x</b>.png";
/** In the middle of these there is time for something to break. */
const SOME_BYTES = 6_000_000;
const LARGE_BYTES = 20_000_000;
const TOO_LARGE_BYTES = 26 * 1024 ** 2;
const PDF = "application/pdf";
const SECRET = "Only between colleagues";

/** Alice writes from a shop's page, Bob takes the chat. */
async function begins({ server, people: { alice, bob } }) {
  const customer = files.inWidget(alice);
  await bob.signIn();
  await alice.page.goto(`${server.url}/example/`);
  await alice.page.locator(".open").click();
  await customer.at("name").fill("Alice");
  await customer.at("chat").click();
  await customer.at("composer-text").fill("I have some papers for you");
  await customer.at("composer-text").press("Enter");
  await chat.acceptsChat(bob);
  return customer;
}

/** And Carol joins them. */
async function joined(stage) {
  const { bob, carol } = stage.people;
  const customer = await begins(stage);
  await carol.signIn();
  await chat.passesChat(bob, "agent-carol", "conference");
  await chat.acceptsChat(carol);
  return { customer, desk: files.atDesk(bob), other: files.atDesk(carol) };
}

/** What is saved there is what was sent, byte by byte. */
async function same(place, number, name, bytes) {
  const saved = await files.saves(place, number);
  assert.equal(saved.name, name);
  assert.equal(files.hashOf(saved.bytes), files.hashOf(bytes), `${name} as it was sent`);
}

/** A picture and a document from the customer, and from an agent. */
async function bothWays(stage, { customer, desk, other }) {
  const everybody = [customer, desk, other];
  await files.sends(customer, ["green.png", "image/png", GREEN], "The form, filled in");
  const green = await files.allHave("a picture", everybody, "green.png");
  for (const place of everybody) {
    assert.deepEqual(await files.isShown(place, green), [320, 200]);
    const log = await files.logOf(place);
    assert.equal(log.find(({ number }) => number === green).text, "The form, filled in");
  }
  const letter = files.document(300_000, "letter.pdf");
  await files.sends(desk, ["letter.pdf", PDF, letter]);
  const number = await files.allHave("a document", everybody, "letter.pdf");
  await same(customer, number, "letter.pdf", letter);
  await same(other, number, "letter.pdf", letter);
  const bill = files.document(150_000, "bill.pdf");
  await files.sends(customer, ["bill.pdf", PDF, bill]);
  await same(desk, await files.allHave("another", everybody, "bill.pdf"), "bill.pdf", bill);
  await files.gives(desk, "drop", "chat-log", ["blue.png", "image/png", BLUE]);
  await desk.at("staged").waitFor();
  await stage.shoot("chosen");
  await desk.at("composer-send").click();
  const blue = await files.allHave("what was dropped", everybody, "blue.png");
  for (const place of everybody) assert.deepEqual(await files.isShown(place, blue), [200, 320]);
  await same(customer, blue, "blue.png", BLUE);
  await files.gives(customer, "paste", "composer-text", ["pasted.png", "image/png", GREEN]);
  await customer.at("composer-send").click();
  await files.allHave("what was pasted", everybody, "pasted.png");
  await stage.shoot("both ways");
  return green;
}

/** A picture is looked at large, by keys alone. */
async function looksAt({ at, name, person }, number) {
  await at(`picture-${number}`).focus();
  await person.page.keyboard.press("Enter");
  await at("picture-dialog").waitFor();
  const large = at("picture-dialog").locator("img");
  await eventually("it is drawn", () => large.evaluate((one) => one.naturalWidth === 320));
  await person.page.keyboard.press("Escape");
  await at("picture-dialog").waitFor({ state: "detached" });
  const focused = () => at(`picture-${number}`).evaluate((one) => one === document.activeElement);
  await eventually(`the keyboard is where it came from, at ${name}`, focused);
  assert.ok(await at("composer-text").isVisible(), `the chat is still open, at ${name}`);
}

/** What is not taken is told in words, and nothing of it is sent. */
async function refused({ customer, desk }) {
  const before = (await files.logOf(desk)).length;
  const why = customer.at("composer-refused");
  const tooLarge = async () => /big\.pdf.*at most 25 MB/.test(await why.textContent());
  await files.chooses(customer, ["big.pdf", PDF, TOO_LARGE_BYTES]);
  await eventually("too large", tooLarge);
  await files.chooses(customer, ["a.svg", "image/svg+xml", Buffer.from("<svg/>")]);
  await eventually("of a wrong type", async () => /these can: PNG/.test(await why.textContent()));
  const page = Buffer.from("<!doctype html><script>globalThis.__ran = true</script>");
  await files.sends(customer, ["page.png", "image/png", page]);
  const upload = customer.at("upload");
  const told = async () => /contents are not what the name says/.test(await upload.textContent());
  await eventually("a page that is called a picture", told);
  await customer.at("upload-cancel").click();
  await upload.waitFor({ state: "detached" });
  assert.equal((await files.logOf(desk)).length, before, "nothing of it stands in the chat");
  const ran = (frame) => frame.evaluate(() => globalThis.__ran);
  const frames = customer.person.page.frames();
  assert.deepEqual((await Promise.all(frames.map(ran))).filter(Boolean), []);
}

/** Pictures may come out of the page's memory, and nothing else from anywhere but here. */
async function strict({ url }) {
  for (const page of ["/customer/", "/desk/"]) {
    const { headers } = await fetch(`${url}${page}`);
    const policy = headers.get("content-security-policy");
    assert.match(policy, /(^|; )default-src 'self';/, page);
    assert.match(policy, /; img-src 'self' blob:;/, page);
    assert.ok(!/unsafe|data:|frame-src|script-src[^;]*blob:/.test(policy), policy);
  }
}

/** A name is text, and the last part of a path. */
async function oddName({ customer, desk, other }) {
  await files.sends(customer, [ODD_NAME, "image/png", GREEN]);
  const file = "b.png";
  const number = await files.allHave("what is called as a path", [customer, desk, other], file);
  for (const place of [customer, desk, other]) {
    assert.equal(await place.at(`file-${number}`).locator("b").count(), 0);
    await files.isShown(place, number);
  }
  await same(other, number, file, GREEN);
}

/** What goes with a note comes to no page of the customer. */
async function noteStays({ customer, desk, other }) {
  const paper = Buffer.from(`${SECRET}: ${"her contract runs out ".repeat(20)}`);
  await desk.at("composer-note").click();
  await files.sends(desk, ["between-us.txt", "text/plain", paper], SECRET);
  const number = await files.allHave("a note's file", [desk, other], "between-us.txt");
  await same(other, number, "between-us.txt", paper);
  const mark = await other.at(`message-${number}`).getAttribute("data-audience");
  assert.equal(mark, "agents");
  await desk.at("composer-note").click();
  await chat.writes(desk.person, "And to all");
  const there = async () => (await files.logOf(customer)).at(-1).text === "And to all";
  await eventually("what came after it is there", there);
  for (const agent of [desk, other]) {
    assert.ok((await cameTo(agent)).includes(SECRET), `it came to ${agent.name}`);
  }
  const came = await cameTo(customer);
  assert.ok(came.includes("And to all"), "what came to the customer is known");
  for (const word of [SECRET, "between-us", "her contract"]) {
    assert.ok(!came.includes(word), `${word} came to the customer by no way`);
  }
  // The right to read the message is the right to its file.
  const code = await customer.at("chat-log").evaluate(async (_, secret) => {
    const [one] = globalThis.trefoil.client.chats.values();
    const file = { id: "0", name: "x", media_type: "text/plain", bytes: 1, sha256: "" };
    const asked = one.fetchFile({ number: secret, file });
    return asked.then(() => "given", (error) => error.code);
  }, number);
  assert.notEqual(code, "given", "nor by asking for it");
}

/** All that came over data channels there, in its frame. */
function cameTo({ at }) {
  return at("chat-log").evaluate(() => globalThis.__pipes.join("\n"));
}

/** Who has handed the chat over listens, cannot send files, and is told why. */
async function listenerCannot({ desk, other }) {
  await other.person.press("chat-leave");
  await chat.passesChat(desk.person, "agent-carol", "blind");
  await chat.acceptsChat(other.person);
  await chat.takesPart(desk.person, "listener");
  assert.equal(await desk.at("attach").count(), 0);
  assert.match(await desk.at("composer-why").textContent(), /You are listening/);
  await files.gives(desk, "drop", "chat-log", ["late.png", "image/png", GREEN]);
  const why = async () => /You are listening/.test(await desk.at("composer-refused").textContent());
  await eventually("what is dropped is not taken", why);
  assert.equal(await desk.at("staged").count(), 0);
}

/** In the middle of a large file something breaks; it ends whole, once, in one place. */
async function goesOn(stage, { customer, desk }, [name, bytes], breaking) {
  await files.sends(customer, [name, PDF, bytes]);
  const far = await files.isUnderWay(customer);
  const begun = Date.now();
  await breaking();
  const number = await files.allHave(name, [customer, desk], name);
  await files.isSent(customer);
  console.log(`  ${name}: broken at ${Math.round(far * 100)} %`);
  stage.measured(`${name}: from the break to the end`, Date.now() - begun, "ms");
  return number;
}

/** It waits for what is broken, and says so. */
function waits({ customer }) {
  return customer.at("upload").getByText(/goes on when/).waitFor();
}

/** In the middle of being saved it breaks too, and goes on. */
async function comesAll(stage, { desk }, number, [name, bytes], breaking) {
  const saved = files.saves(desk, number);
  const bar = desk.at(`fetching-${number}`);
  const far = async () => (await bar.count()) > 0 && bar.evaluate((one) => one.value / one.max);
  await eventually("it is on its way", async () => (await far()) > 0.1);
  await stage.shoot("on its way to an agent");
  await breaking();
  assert.equal(files.hashOf((await saved).bytes), files.hashOf(files.document(bytes, name)));
}

/** Everything that was sent stands there once, in the one order, also after a reload. */
async function wholeEverywhere({ customer, desk }, names) {
  await chat.writes(desk.person, "All has come");
  await chat.reloads(desk.person);
  const all = ["", ...names, ""];
  for (const place of [customer, desk]) {
    const there = async () => (await files.logOf(place)).map(({ file }) => file);
    const whole = async () => (await there()).join() === all.join();
    await eventually(`all of it, once and in order, at ${place.name}`, whole);
  }
}

describe("files in a chat", () => {
  test("go both ways, are seen, saved as they were, refused in words, kept from customers", () =>
    Stage.play("chat files", ["alice", "bob", "carol"], async (stage) => {
      await Promise.all(Object.values(stage.people).map(chat.notesPipes));
      const places = await joined(stage);
      const green = await bothWays(stage, places);
      await looksAt(places.customer, green);
      await looksAt(places.desk, green);
      await refused(places);
      await strict(stage.server);
      await oddName(places);
      await noteStays(places);
      await stage.shoot("all of it");
      await listenerCannot(places);
      await stage.people.alice.page.setViewportSize({ width: 360, height: 640 });
      await stage.people.bob.page.setViewportSize({ width: 420, height: 760 });
      await stage.shoot("narrow");
    }));

  test("outlast a reload of the page, a cut path, and the chat: whole, and once", () =>
    Stage.play("chat files outlast", ["alice", "bob"], async (stage) => {
      const { alice, bob } = stage.people;
      const relay = await Relay.open(stage.server.mediaPorts);
      try {
        await relay.guide(alice.page.context());
        const places = { customer: await begins(stage), desk: files.atDesk(bob) };
        const reloaded = ["reloaded.pdf", SOME_BYTES];
        const first = await goesOn(stage, places, reloaded, () => alice.page.reload());
        await same(places.desk, first, reloaded[0], files.document(SOME_BYTES, reloaded[0]));
        const cut = ["cut.pdf", SOME_BYTES];
        const second = await goesOn(stage, places, cut, async () => {
          relay.cut();
          await waits(places);
          await stage.shoot("cut");
          relay.mend();
        });
        await same(places.desk, second, cut[0], files.document(SOME_BYTES, cut[0]));
        await wholeEverywhere(places, [reloaded[0], cut[0]]);
        await places.customer.at("end-chat").click();
        await places.customer.at("chat-end").waitFor();
        await chat.takesPart(bob, "closed");
        for (const place of [places.customer, places.desk]) {
          await same(place, second, cut[0], files.document(SOME_BYTES, cut[0]));
        }
      } finally {
        relay.close();
      }
    }));

  test("outlast a server that is killed, in both directions: whole, and once", () =>
    Stage.play("chat files killed", ["alice", "bob"], async (stage) => {
      const places = { customer: await begins(stage), desk: files.atDesk(stage.people.bob) };
      const large = ["large.pdf", LARGE_BYTES];
      const number = await goesOn(stage, places, large, async () => {
        await stage.server.kill();
        await waits(places);
        await stage.shoot("the server is gone");
        await stage.server.restart();
      });
      await comesAll(stage, places, number, large, async () => {
        await stage.server.kill();
        await stage.server.restart();
      });
      await wholeEverywhere(places, [large[0]]);
    }));

  test("are kept by the browser while they are on their way: for a day, and 100 MB of them", () =>
    Stage.play("chat files kept", ["alice"], async ({ people: { alice }, server }) => {
      await alice.page.goto(`${server.url}/example/`);
      const found = await alice.page.evaluate(async () => {
        const { UploadStore } = await import("/client/index.js");
        let now = 0;
        const store = new UploadStore(indexedDB, "trefoil-kept", () => now);
        const text = async (person, id) => (await store.get(person, id))?.text() ?? null;
        await store.put("alice", "u1", new Blob(["hello"]));
        const again = new UploadStore(indexedDB, "trefoil-kept", () => now);
        const outlasts = await (await again.get("alice", "u1")).text();
        const others = await text("mallory", "u1");
        await store.put("alice", "u2", new Blob([new Uint8Array(100 * 1024 ** 2)]));
        const tooMuch = await text("alice", "u2");
        now = 23 * 3_600_000;
        const later = await text("alice", "u1");
        now = 25 * 3_600_000;
        await store.sweep();
        now = 0;
        const swept = await text("alice", "u1");
        await store.put("alice", "u3", new Blob(["gone"]));
        await store.forget("u3");
        const none = new UploadStore(undefined);
        await none.put("alice", "u4", new Blob(["nowhere"]));
        const missing = [await text("alice", "u3"), await none.get("alice", "u4")];
        return { outlasts, others, tooMuch, later, swept, missing };
      });
      assert.deepEqual(found, {
        ...{ outlasts: "hello", others: null, tooMuch: null, later: "hello", swept: null },
        missing: [null, null],
      });
    }));
});
