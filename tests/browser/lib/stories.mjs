// Which stories there are.
import { readdir } from "node:fs/promises";

const FOLDER = new URL("../stories/", import.meta.url);
const SUFFIX = ".story.mjs";

/** The files of the story that STORY names, or of all. */
export async function chosenStories() {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(SUFFIX)).toSorted();
  const wanted = process.env.STORY;
  const chosen = wanted ? files.filter((file) => file === wanted + SUFFIX) : files;
  if (chosen.length === 0) {
    const names = files.map((file) => file.slice(0, -SUFFIX.length));
    throw new Error(`there is no story ${wanted}; there are ${names.join(", ")}`);
  }
  return chosen.map((file) => new URL(file, FOLDER).href);
}
