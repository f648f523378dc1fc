// How short of processor the machine was: told with a failure, so that its log says whether the
// machine may have had a part in it.
import { readFileSync } from "node:fs";

const USER_HZ = 100;

/** Seconds of processor by what took them, since the machine was started; null where unknown. */
function spent() {
  try {
    const [line] = readFileSync("/proc/stat", "utf8").split("\n");
    const ticks = line.trim().split(/\s+/).slice(1).map(Number);
    const [, , , idle, waiting, , , stolen] = ticks;
    const all = ticks.slice(0, 8).reduce((sum, one) => sum + one, 0);
    return { all: all / USER_HZ, idle: (idle + waiting) / USER_HZ, stolen: stolen / USER_HZ };
  } catch {
    return null;
  }
}

/** Seconds in which somebody waited for a processor; null where the kernel does not say. */
function waited() {
  try {
    const [, micros] = readFileSync("/proc/pressure/cpu", "utf8").match(/^some .*total=(\d+)/m);
    return Number(micros) / 1e6;
  } catch {
    return null;
  }
}

const percent = (part, whole) => `${Math.round((100 * part) / Math.max(whole, 0.01))} %`;

/** Of the time since it was made. */
export class Strain {
  #since = Date.now();
  #spent = spent();
  #waited = waited();

  toString() {
    const seconds = (Date.now() - this.#since) / 1000;
    const parts = [`${seconds.toFixed(0)} s`];
    const now = spent();
    if (now && this.#spent) {
      const all = now.all - this.#spent.all;
      parts.push(`idle ${percent(now.idle - this.#spent.idle, all)}`);
      parts.push(`taken by its host ${percent(now.stolen - this.#spent.stolen, all)}`);
    }
    if (this.#waited !== null) {
      parts.push(`somebody waited for a processor ${percent(waited() - this.#waited, seconds)}`);
    }
    return parts.join(", ");
  }
}
