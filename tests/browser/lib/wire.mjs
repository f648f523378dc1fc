// What the server tells a page over its WebSocket: for stories in which it must tell nothing.

/** Follows the sockets of a page from here on. */
export class Wire {
  #messages = [];
  /** Everything told so far, letter for letter, but that the server is there. */
  frames = [];

  constructor(page) {
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        const text = payload.toString();
        this.#messages.push({ at: Date.now(), ...JSON.parse(text) });
        if (!text.includes('"type":"pong"')) this.frames.push(text);
      });
    });
  }

  /** Everything told so far but that the server is there. */
  get told() {
    return this.#messages.filter(({ type }) => type !== "pong");
  }

  /** What was told about conversations: their views, what happened in them, that they are gone. */
  get aboutCalls() {
    return this.told.filter(({ type }) => !type.startsWith("desk"));
  }

  /** Notices of one kind, the latest last. */
  notices(kind) {
    return this.told.flatMap(({ notice }) => (notice?.kind === kind ? [notice] : []));
  }
}
