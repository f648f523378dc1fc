// A sound device for a machine that has none: Firefox plays nothing, and runs no sound graph,
// without one. Chromium brings its own.
import { access, mkdtemp } from "node:fs/promises";
import { rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { endsWithUs } from "./children.mjs";

/** The program, where Debian puts it. */
export const PULSEAUDIO = process.env.PULSEAUDIO ?? "/usr/bin/pulseaudio";
const START_MS = 10_000;
const POLL_MS = 20;

let address = null;

/** The address of a sound server of these tests' own, whose loudspeaker leads nowhere. */
export function soundServer() {
  address ??= start();
  return address;
}

async function start() {
  const folder = await mkdtemp(path.join(tmpdir(), "trefoil-sound-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const socket = path.join(folder, "native");
  // Without rewinds the null sink works in steps of 50 ms instead of two seconds.
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    "module-null-sink sink_name=nowhere rate=48000 norewinds=1",
  ];
  const child = spawn(
    PULSEAUDIO,
    [
      ...["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"],
      ...modules.flatMap((module) => ["-L", module]),
    ],
    {
      detached: true,
      // Its own settings and state: the sound of whoever runs the tests is left alone.
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: folder },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  endsWithUs(child);
  child.unref();
  child.stderr.unref();
  let said = "";
  child.stderr.on("data", (chunk) => (said = (said + chunk).slice(-4_000)));
  child.once("error", (error) => (said += error.message));
  for (const giveUp = Date.now() + START_MS; Date.now() < giveUp; await sleep(POLL_MS)) {
    if (child.exitCode !== null || child.pid === undefined) break;
    const there = await access(socket).then(() => true, () => false);
    if (there) return `unix:${socket}`;
  }
  throw new Error(`${PULSEAUDIO} did not start:\n${said}`);
}
