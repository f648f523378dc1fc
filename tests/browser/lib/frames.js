// Runs inside the page before its own scripts: notes every encoded frame of sound that the page
// sends or is sent, as it is on the wire but for its encryption, and lets it pass unchanged.
(() => {
  if (globalThis.__frames) return;

  // A browser hands encoded frames to a worker, one by one, on their way.
  const WORKER = `
    const hex = (byte) => byte.toString(16).padStart(2, "0");
    onrtctransform = ({ transformer: { readable, writable, options } }) => {
      const note = new TransformStream({
        transform(frame, on) {
          const { rtpTimestamp, sequenceNumber, synchronizationSource, payloadType } =
            frame.getMetadata();
          const data = Array.from(new Uint8Array(frame.data), hex).join("");
          const kind = { sequenceNumber, synchronizationSource, payloadType };
          postMessage({ way: options.way, frame: { rtpTimestamp, ...kind, data } });
          on.enqueue(frame);
        },
      });
      readable.pipeThrough(note).pipeTo(writable);
    };`;

  const frames = { sent: [], received: [] };
  Object.defineProperty(globalThis, "__frames", { value: frames });

  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class RTCPeerConnection extends Native {
    addTransceiver(...args) {
      const transceiver = super.addTransceiver(...args);
      const url = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
      const worker = new Worker(url);
      worker.onmessage = ({ data }) => frames[data.way].push(data.frame);
      transceiver.sender.transform = new RTCRtpScriptTransform(worker, { way: "sent" });
      transceiver.receiver.transform = new RTCRtpScriptTransform(worker, { way: "received" });
      return transceiver;
    }
  };
})();
