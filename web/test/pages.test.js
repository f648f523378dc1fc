import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

const WEB = new URL("../", import.meta.url);
const IMPORT = /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)";/gm;
const PRELOAD = /<link rel="modulepreload" href="([^"]+)" \/>/g;

/**
 * All modules that `first` needs, itself left out.
 *
 * @param {URL} first
 */
async function neededBy(first) {
  const found = new Set([first.href]);
  for (const module of found) {
    const text = await readFile(new URL(module), "utf8");
    for (const [, name = ""] of text.matchAll(IMPORT)) found.add(new URL(name, module).href);
  }
  found.delete(first.href);
  return [...found].toSorted();
}

describe("a page", () => {
  // One import leads to the next: unannounced, each step would cost a way to the server and back.
  for (const page of ["customer", "desk"]) {
    test(`of the ${page} announces all its modules at once`, async () => {
      const index = new URL(`${page}/index.html`, WEB);
      const text = await readFile(index, "utf8");
      const announced = [...text.matchAll(PRELOAD)].map(([, name = ""]) => new URL(name, index));
      const names = announced.map(({ href }) => href).toSorted();
      assert.deepEqual(names, await neededBy(new URL(`${page}/main.js`, WEB)));
    });
  }
});
