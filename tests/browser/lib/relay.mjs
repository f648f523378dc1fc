// A way through which one page's packets travel, as through a NAT: it can get another address.
import { createSocket } from "node:dgram";
import { once } from "node:events";

async function socketOnLoopback() {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** Sends the page's packets to the server from its own port, and the server's back to the page. */
class Way {
  #server;
  #near;
  #far;
  #page = null;
  #observe;
  #delayMs;
  #isOpen = true;

  static async open(server, { observe = () => {}, delayMs = 0 }) {
    const way = new Way();
    way.#server = server;
    way.#observe = observe;
    way.#delayMs = delayMs;
    way.#near = await socketOnLoopback();
    way.#near.on("message", (packet, from) => {
      way.#page = from;
      way.#observe("out", packet);
      way.#later(() => way.#far.send(packet, server));
    });
    await way.move();
    return way;
  }

  #later(send) {
    const sendUnlessClosed = () => this.#isOpen && send();
    if (this.#delayMs === 0) sendUnlessClosed();
    else setTimeout(sendUnlessClosed, this.#delayMs);
  }

  /** The port that the page is to send to. */
  get port() {
    return this.#near.address().port;
  }

  /** The server sees the page at another port; what is on its way to the old one is lost. */
  async move() {
    const old = this.#far;
    const far = await socketOnLoopback();
    far.on("message", (packet) => {
      this.#observe("in", packet);
      const { port, address } = this.#page;
      this.#later(() => this.#near.send(packet, port, address));
    });
    this.#far = far;
    old?.close();
  }

  close() {
    this.#isOpen = false;
    this.#near.close();
    this.#far.close();
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

  async move() {
    await Promise.all([...this.#ways.values()].map((way) => way.move()));
  }

  close() {
    for (const way of this.#ways.values()) way.close();
  }
}
