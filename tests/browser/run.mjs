// Runs the browser stories: `node run.mjs`, or one of them by STORY=warm-transfer.
import { spawn } from "node:child_process";
import { access, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { BINARY } from "./lib/server.mjs";
import { OUT } from "./lib/stage.mjs";
import { chosenStories } from "./lib/stories.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Everything the stories measured, from the file each of them left. */
async function collectNumbers() {
  const all = [];
  for (const entry of await readdir(OUT, { recursive: true })) {
    if (path.basename(entry) !== "numbers.json" || !path.dirname(entry)) continue;
    all.push(...JSON.parse(await readFile(path.join(OUT, entry), "utf8")));
  }
  await writeFile(path.join(OUT, "numbers.json"), `${JSON.stringify(all, null, 2)}\n`);
  const margins = all.filter(({ figure }) => figure === "margin");
  const least = margins.toSorted((a, b) => a.value - b.value)[0];
  if (least) {
    console.log(
      `${margins.length} times somebody was heard or not, the least margin ` +
        `${least.value} dB (${least.story}, ${least.phase}, ${least.listener})`,
    );
  }
  for (const { story, figure, value, unit } of all.filter((one) => one.figure !== "margin")) {
    console.log(JSON.stringify({ story, figure, value, unit }));
  }
  const again = all.filter(({ figure }) => figure === "second try").map(({ story }) => story);
  if (again.length > 0) console.log(`${again.length} had a second try: ${again.join(", ")}`);
}

async function run() {
  await access(BINARY).catch(() => {
    throw new Error(`${BINARY} is not there: build it with "cargo build --package trefoil"`);
  });
  await chosenStories();
  const files = ["stories.test.mjs"];
  if (!process.env.STORY) {
    const tests = await readdir(path.join(HERE, "test"));
    files.unshift(...tests.toSorted().map((file) => path.join("test", file)));
  }
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const options = ["--test-concurrency=1", "--test-reporter=spec"];
  const child = spawn(process.execPath, ["--test", ...options, ...files], {
    cwd: HERE,
    stdio: "inherit",
  });
  const code = await new Promise((resolve) => child.once("exit", (status) => resolve(status ?? 1)));
  await collectNumbers();
  return code;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
