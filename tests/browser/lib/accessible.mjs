// Pages that assistive technology can read, as axe sees them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const GRAVE = new Set(["serious", "critical"]);

/**
 * What fades in or changes its colour has a contrast of its own for a moment, which nobody reads
 * by. What goes round for ever is left to go.
 */
function standsStill(frame) {
  return frame.evaluate(() => {
    const passing = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    return Promise.allSettled(passing.map(({ finished }) => finished)).then(() => {});
  });
}

/**
 * Fails when axe finds anything serious on a page or in its frames.
 *
 * @param {import("./person.mjs").Person} person
 * @param {string} what the page shows
 */
export async function accessible({ name, page }, what) {
  const source = await readFile(AXE, "utf8");
  for (const frame of page.frames()) {
    await standsStill(frame);
    await frame.evaluate(source);
  }
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const grave = violations
    .filter(({ impact }) => GRAVE.has(impact))
    .map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((n) => n.target).join(", ")}`);
  assert.deepEqual(grave, [], `${name}'s page, ${what}`);
}
