// Runs in the page before its scripts: notes all that comes over a data channel, bytes as the
// characters they would be, whoever listens to it, and keeps the channel opened last, to ask of the
// server what no page would ask.
globalThis.__pipes = [];
const make = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function createDataChannel(...all) {
  const channel = make.apply(this, all);
  channel.addEventListener("message", ({ data }) => {
    const bytes = data instanceof ArrayBuffer;
    globalThis.__pipes.push(bytes ? new TextDecoder("latin1").decode(data) : String(data));
  });
  if (channel.label === "chat") globalThis.__pipe = channel;
  return channel;
};
