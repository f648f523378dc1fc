// A way through which one page's packets travel, as through a NAT: it can get another address.
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Sends the page's packets on from ports of its own, and the server's back to the page. */
class Way {
  #server;
  #near;
  /** For each port of the page the one that the server sees in its place, as in a NAT. */
  #fars = new Map();
  /** Ports of the page in a network that it has left. */
  #dead = new Set();
  #observe;
  #delayMs;
  #isOpen = true;
  #isCut = false;

  static async open(server, { observe = () => {}, delayMs = 0 }) {
    const way = new Way();
    way.#server = server;
    way.#observe = observe;
    way.#delayMs = delayMs;
    way.#near = createSocket("udp4");
    way.#near.on("message", (packet, from) => {
      if (way.#dead.has(from.port)) return;
      way.#observe("out", packet);
      way.#carry(() => way.#farOf(from).send(packet, server));
    });
    way.#near.bind(0, "127.0.0.1");
    await once(way.#near, "listening");
    return way;
  }

  /** Sends later what enters and leaves while the way is whole. */
  #carry(send) {
    if (this.#isCut) return;
    const sendUnlessGone = () => this.#isOpen && !this.#isCut && send();
    if (this.#delayMs === 0) sendUnlessGone();
    else setTimeout(sendUnlessGone, this.#delayMs);
  }

  #farOf({ port, address }) {
    const known = this.#fars.get(port);
    if (known) return known;
    const far = createSocket("udp4");
    far.on("message", (packet) => {
      this.#observe("in", packet);
      this.#carry(() => this.#near.send(packet, port, address));
    });
    // What is sent before it is bound waits in it.
    far.bind(0, "127.0.0.1");
    this.#fars.set(port, far);
    return far;
  }

  /** The port that the page is to send to. */
  get port() {
    return this.#near.address().port;
  }

  /** The server sees the page at another port; what is on its way to the old one is lost. */
  move() {
    for (const far of this.#fars.values()) far.close();
    this.#fars.clear();
  }

  /** The page is in another network: from the ports it has, nothing ever gets through again. */
  leave() {
    for (const port of this.#fars.keys()) this.#dead.add(port);
    this.move();
  }

  /** Nothing gets through until `mend`. */
  cut() {
    this.#isCut = true;
  }

  mend() {
    this.#isCut = false;
  }

  close() {
    this.#isOpen = false;
    this.#near.close();
    this.move();
  }
}

/** All ways of one page: one for each of the server's media ports. */
export class Relay {
  #ways = new Map();

  /**
   * @param {number[]} ports the server's media ports
   * @param {{ observe?: (direction: "out" | "in", packet: Buffer) => void, delayMs?: number }}
   *   options who is told of every packet, and how long each takes on its way
   */
  static async open(ports, options = {}) {
    const relay = new Relay();
    for (const port of ports) relay.#ways.set(port, await Way.open(port, options));
    return relay;
  }

  /** Sends all later pages of `context` this way, by the candidates they are given. */
  async guide(context) {
    const ports = Object.fromEntries([...this.#ways].map(([port, way]) => [port, way.port]));
    await context.addInitScript((towards) => {
      const { prototype } = globalThis.RTCPeerConnection;
      const { setRemoteDescription } = prototype;
      prototype.setRemoteDescription = function ({ type, sdp }) {
        const candidate = /^(a=candidate:(?:\S+ ){5})(\d+)/gm;
        const guided = sdp.replace(candidate, (_, head, port) => head + towards[port]);
        return setRemoteDescription.call(this, { type, sdp: guided });
      };
    }, ports);
  }

  /** The page gets another address. */
  move() {
    for (const way of this.#ways.values()) way.move();
  }

  /** The page is in another network, where the ports it has are of no use. */
  leave() {
    for (const way of this.#ways.values()) way.leave();
  }

  /** Nothing gets through, either way, until `mend`. */
  cut() {
    for (const way of this.#ways.values()) way.cut();
  }

  mend() {
    for (const way of this.#ways.values()) way.mend();
  }

  close() {
    for (const way of this.#ways.values()) way.close();
  }
}
