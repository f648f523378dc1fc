// The server under test: the built binary, a data folder and ports of its own.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import path from "node:path";
import { endsWithUs } from "./children.mjs";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
/** The program that is tested; another build by TREFOIL_BIN. */
export const BINARY =
  process.env.TREFOIL_BIN ??
  path.resolve(REPOSITORY, process.env.CARGO_TARGET_DIR || "target", "debug", "trefoil");
const READY_MS = 20_000;
const STOP_MS = 5_000;
const WORKERS = 2;
const KEPT_LOG_BYTES = 400_000;

async function freeTcpPort() {
  const socket = createServer().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** True when UDP port `port` of loopback is free. */
async function udpPortIsFree(port) {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** The first of WORKERS free UDP ports in a row. */
async function freeUdpPorts() {
  for (let tries = 0; tries < 100; tries += 1) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(
      Array.from({ length: WORKERS }, (_, worker) => udpPortIsFree(first + worker)),
    );
    if (free.every(Boolean)) return first;
  }
  throw new Error("no free UDP ports on loopback");
}

/** A running server, which can be killed and started again on the same data and ports. */
export class Server {
  /** What it printed, over all its lives. */
  log = "";
  #child;
  #args;
  #data;

  /** @param {{ config?: string }} options the text of a configuration file */
  static async start({ config = "" } = {}) {
    const server = new Server();
    server.#data = await mkdtemp(path.join(tmpdir(), "trefoil-data-"));
    const [http, admin, media] = [await freeTcpPort(), await freeTcpPort(), await freeUdpPorts()];
    server.url = `http://127.0.0.1:${http}`;
    server.adminUrl = `http://127.0.0.1:${admin}`;
    server.mediaPorts = Array.from({ length: WORKERS }, (_, worker) => media + worker);
    const file = path.join(server.#data, "trefoil.toml");
    await writeFile(file, config);
    server.#args = [
      "serve",
      ...["--config", file],
      "--demo",
      ...["--listen", `127.0.0.1:${http}`],
      ...["--admin", `127.0.0.1:${admin}`],
      ...["--media", `127.0.0.1:${media}`],
      ...["--workers", String(WORKERS)],
      ...["--data", path.join(server.#data, "data")],
    ];
    try {
      await server.restart();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Starts it on the same data and ports; resolves with the moment it said it was ready. */
  async restart() {
    this.#note(`--- started ${new Date().toISOString()}\n`);
    const child = spawn(BINARY, this.#args, {
      cwd: this.#data,
      env: { ...process.env, RUST_BACKTRACE: "1" },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    endsWithUs(child);
    this.#child = child;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the server was not ready within ${READY_MS} ms:\n${this.log}`)),
        READY_MS,
      );
      child.once("error", (error) => {
        clearTimeout(timer);
        reject(new Error(`cannot start ${BINARY}: build it first (${error.message})`));
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code ?? signal}:\n${this.log}`));
      });
      let said = "";
      child.stdout.on("data", (chunk) => {
        this.#note(chunk);
        said = (said + chunk).slice(-10_000);
        if (!/^ready \{.*\}\s*$/m.test(said)) return;
        clearTimeout(timer);
        resolve(Date.now());
      });
      child.stderr.on("data", (chunk) => this.#note(chunk));
    });
  }

  #note(chunk) {
    this.log = (this.log + chunk).slice(-KEPT_LOG_BYTES);
  }

  /**
   * What an operator does on the machine while the server runs: `trefoil channel add ...`. Resolves
   * with what is printed.
   *
   * @param {string[]} args
   * @param {string} typed on standard input: a password
   */
  async operator(args, typed = "") {
    const stdio = ["pipe", "pipe", "pipe"];
    const data = ["--data", path.join(this.#data, "data")];
    const child = spawn(BINARY, [...args, ...data], { cwd: this.#data, detached: true, stdio });
    endsWithUs(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    child.stdin.end(typed);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`trefoil ${args.join(" ")} ended with ${code}:\n${said}`);
    return said;
  }

  get alive() {
    return this.#child !== undefined && this.#child.exitCode === null && !this.#child.signalCode;
  }

  /** SIGKILL; resolves with the moment of it. */
  async kill() {
    const at = Date.now();
    await this.#end("SIGKILL");
    return at;
  }

  async #end(signal) {
    if (!this.alive || this.#child.pid === undefined) return;
    const gone = once(this.#child, "exit");
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(timer);
  }

  /** Stops it and removes its data. */
  async stop() {
    await this.#end("SIGTERM");
    await rm(this.#data, { recursive: true, force: true });
  }

  /** Counters by name, labels summed up. */
  async metrics() {
    const response = await fetch(`${this.adminUrl}/metrics`);
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    const sums = {};
    for (const line of (await response.text()).split("\n")) {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (\S+)/.exec(line);
      if (match) sums[match[1]] = (sums[match[1]] ?? 0) + Number(match[2]);
    }
    return sums;
  }
}
