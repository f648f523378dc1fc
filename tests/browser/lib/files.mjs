// What people do with files in chats, at the desk or in the widget of a page.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { deflateSync, crc32 } from "node:zlib";
import { eventually } from "./person.mjs";

/** A busy machine takes its time; a file that is lost never comes. */
const WITHIN_MS = 60_000;

/** Where somebody is in the chat: at the desk. */
export function atDesk(person) {
  return { person, name: person.name, at: (testid) => person.at(testid) };
}

/** Where somebody is in the chat: in the widget of another page. */
export function inWidget(person) {
  const frame = person.page.frameLocator("iframe");
  return { person, name: person.name, at: (testid) => frame.getByTestId(testid) };
}

/** A PNG of one colour. */
export function picture(width, height, [red, green, blue]) {
  const line = Buffer.concat([
    Buffer.from([0]),
    Buffer.from(Array.from({ length: width }, () => [red, green, blue]).flat()),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const parts = [chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, check]);
}

/** A document of so many bytes, other ones under each name; also made in pages. */
function noise(size, name) {
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(`%PDF-1.4\n% ${name}\n`));
  let state = size + name.length + name.charCodeAt(0);
  for (let at = name.length + 12; at < size; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

/** The same here. */
export function document(size, name) {
  return Buffer.from(noise(size, name));
}

export function hashOf(buffer) {
  return createHash("sha256").update(buffer).digest("hex");
}

/** Chooses files by the field that is there for it: what they are, or how large one is. */
export async function chooses(place, ...files) {
  const [[name, , contents]] = files;
  if (typeof contents === "number") return choosesLarge(place, name, contents);
  const all = files.map(([called, mimeType, buffer]) => ({ name: called, mimeType, buffer }));
  await place.at("attach").setInputFiles(all);
}

/** Chooses a document that is made in the page, since a large one takes its time to get there. */
async function choosesLarge({ at }, name, bytes) {
  await at("attach").evaluate(
    (field, [called, size, source]) => {
      const make = new Function(`return ${source}`)();
      const data = new DataTransfer();
      data.items.add(new File([make(size, called)], called, { type: "application/pdf" }));
      field.files = data.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [name, bytes, noise.toString()],
  );
}

/** Chooses one file and sends it, with a text or without. */
export async function sends(place, file, caption = "") {
  await chooses(place, file);
  await place.at("staged").first().waitFor();
  if (caption) await place.at("composer-text").fill(caption);
  await place.at("composer-send").click();
  await place.at("staged").first().waitFor({ state: "detached" });
}

/** Drops a file on an element, or pastes it there, as a mouse or the keys would. */
export async function gives({ at }, kind, testid, [name, type, buffer]) {
  await at(testid).evaluate(
    (element, [how, called, of, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], called, { type: of }));
      const all = { bubbles: true, cancelable: true };
      if (how === "paste") {
        element.dispatchEvent(new ClipboardEvent("paste", { ...all, clipboardData: data }));
        return;
      }
      for (const event of ["dragover", "drop"]) {
        element.dispatchEvent(new DragEvent(event, { ...all, dataTransfer: data }));
      }
    },
    [kind, name, type, buffer.toString("base64")],
  );
}

/** What stands in the log: the server's number, the name of the file, the text. */
export function logOf({ at }) {
  return at("chat-log").evaluate((log) =>
    [...log.querySelectorAll('[data-testid^="message-"]')]
      .filter((one) => /^message-\d+$/.test(one.dataset.testid))
      .filter((one) => !one.classList.contains("automatic"))
      .map((one) => ({
        number: Number(one.dataset.testid.slice("message-".length)),
        file: one.querySelector(".file-name")?.textContent ?? "",
        text: one.querySelector(".message-text")?.textContent ?? "",
      })),
  );
}

/** Waits until the file stands in the log of each, once and in the same place; tells its number. */
export async function allHave(what, places, name) {
  const numbers = await Promise.all(
    places.map(async (place) => {
      const found = async () => {
        const log = await logOf(place).catch(() => []);
        return log.filter(({ file }) => file === name);
      };
      const has = async () => (await found()).length > 0;
      await eventually(`${what}, at ${place.name}`, has, WITHIN_MS);
      const all = await found();
      assert.equal(all.length, 1, `${what} is there once, at ${place.name}`);
      return all[0].number;
    }),
  );
  assert.equal(new Set(numbers).size, 1, `${what} has one place everywhere: ${numbers}`);
  return numbers[0];
}

/** Waits until the picture of a message is drawn, and tells how large it is. */
export async function isShown({ at, name }, number) {
  const img = at(`picture-${number}`).locator("img");
  await at(`picture-${number}`).scrollIntoViewIfNeeded();
  const drawn = () => img.evaluate((one) => one.complete && one.naturalWidth > 0);
  const there = async () => (await img.count()) > 0 && (await drawn());
  await eventually(`the picture is seen by ${name}`, there, WITHIN_MS);
  return img.evaluate((one) => [one.naturalWidth, one.naturalHeight]);
}

/** Saves the file of a message; what was saved, and under which name. */
export async function saves({ person, at }, number) {
  const download = person.page.waitForEvent("download", { timeout: WITHIN_MS });
  await at(`save-${number}`).click();
  const saved = await download;
  return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
}

/** Waits until an upload is under way, neither at its beginning nor at its end. */
export async function isUnderWay({ at, name }) {
  const far = async () => {
    const bar = at("upload-progress");
    if ((await bar.count()) === 0) return false;
    const part = await bar.first().evaluate(({ value, max }) => value / max);
    return part > 0.15 && part < 0.75 && part;
  };
  return eventually(`what ${name} sends is under way`, far, WITHIN_MS);
}

/** Waits until nothing is on its way from there. */
export function isSent({ at, name }) {
  const none = async () => (await at("upload").count()) === 0;
  return eventually(`all of what ${name} sends has come`, none, WITHIN_MS);
}
