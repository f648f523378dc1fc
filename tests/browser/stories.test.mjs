// All stories, or the one named by STORY, in one process: the browsers stay open between them.
import { after } from "node:test";
import { closeBrowsers } from "./lib/stage.mjs";
import { chosenStories } from "./lib/stories.mjs";

after(closeBrowsers);
for (const file of await chosenStories()) await import(file);
