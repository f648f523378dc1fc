// Runs inside the page before its own scripts: its microphone, once open, cannot be silenced, as in
// a page that somebody has tampered with. Whoever is unheard then is kept so by the server.
(() => {
  const track = MediaStreamTrack.prototype;
  const { get, set } = Object.getOwnPropertyDescriptor(track, "enabled");
  Object.defineProperty(track, "enabled", {
    get,
    set(_wanted) {
      set.call(this, true);
    },
  });
  track.stop = () => {};

  const sender = RTCRtpSender.prototype;
  const { replaceTrack } = sender;
  sender.replaceTrack = function (wanted) {
    return wanted === null ? Promise.resolve() : replaceTrack.call(this, wanted);
  };
})();
