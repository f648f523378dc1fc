// Runs the browser stories: `node run.mjs`, or one of them by STORY=warm-transfer.
import { spawn } from "node:child_process";
import { access, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { BINARY } from "./lib/server.mjs";
import { OUT } from "./lib/stage.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SUFFIX = ".story.mjs";
const STORY_MS = 180_000;

async function stories() {
  const names = (await readdir(path.join(HERE, "stories")))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .toSorted();
  const wanted = process.env.STORY;
  if (!wanted) return names;
  if (names.includes(wanted)) return [wanted];
  throw new Error(`there is no story ${wanted}; there are ${names.join(", ")}`);
}

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
}

async function run() {
  await access(BINARY).catch(() => {
    throw new Error(`${BINARY} is not there: build it with "cargo build --package trefoil"`);
  });
  const names = await stories();
  const files = names.map((name) => path.join("stories", name + SUFFIX));
  if (!process.env.STORY) {
    const tests = await readdir(path.join(HERE, "test"));
    files.unshift(...tests.toSorted().map((file) => path.join("test", file)));
  }
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const options = ["--test-concurrency=1", "--test-reporter=spec", `--test-timeout=${STORY_MS}`];
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
