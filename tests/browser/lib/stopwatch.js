// Runs inside the page before its own scripts: notes when each step of getting connected happens.
// It watches the browser's own interfaces, so it knows the protocol but nothing of the page's code.
(() => {
  if (globalThis.__stopwatch) return;

  /** Wall clock in ms by step; of a step that happens again, the first time. */
  const moments = {};
  const note = (step) => {
    moments[step] ??= performance.timeOrigin + performance.now();
  };
  Object.defineProperty(globalThis, "__stopwatch", { value: moments });

  /** What was asked under each id, to know whose answer an answer is. */
  const asked = new Map();

  const NativeSocket = globalThis.WebSocket;
  globalThis.WebSocket = class WebSocket extends NativeSocket {
    constructor(...args) {
      note("socket begun");
      super(...args);
      this.addEventListener("open", () => note("socket open"));
      this.addEventListener("message", ({ data }) => {
        const { type, id } = JSON.parse(data);
        if (type === "welcome") note("welcome");
        if (type === "answer" && asked.has(id)) note(`${asked.get(id)} answered`);
      });
    }

    send(text) {
      const { type, id, command } = JSON.parse(text);
      if (type === "request") {
        asked.set(id, command.name);
        note(`${command.name} sent`);
      }
      super.send(text);
    }
  };

  const NativePeer = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class RTCPeerConnection extends NativePeer {
    constructor(...args) {
      note("leg begun");
      super(...args);
      this.addEventListener("iceconnectionstatechange", () => {
        if (/^(connected|completed)$/.test(this.iceConnectionState)) note("ICE connected");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") note("DTLS connected");
      });
      this.addEventListener("track", ({ track }) => {
        track.addEventListener("unmute", () => note("first packet"));
      });
    }
  };

  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    note("microphone asked for");
    const stream = await open(constraints);
    note("microphone open");
    return stream;
  };
})();
