// Runs inside the page before its own scripts: records what arrives from the server.
// It watches every RTCPeerConnection the page makes, so it knows nothing of the page's code, and
// follows the page through a new connection. The latest remote audio track is the one heard.
(() => {
  if (globalThis.__ear) return;

  const RATE = 48_000;
  const RING_FRAMES = 30 * RATE;
  const BATCH_FRAMES = 1_920;
  const PROCESSOR_FRAMES = 2_048;
  const CLOCK_BATCHES = 128;

  const WORKLET = `
    class Tap extends AudioWorkletProcessor {
      #batch = new Float32Array(${BATCH_FRAMES});
      #filled = 0;
      process([input]) {
        if (input[0]) this.#batch.set(input[0], this.#filled);
        else this.#batch.fill(0, this.#filled, this.#filled + 128);
        this.#filled += 128;
        if (this.#filled === ${BATCH_FRAMES}) {
          this.port.postMessage(this.#batch);
          this.#filled = 0;
        }
        return true;
      }
    }
    registerProcessor("trefoil-tap", Tap);`;

  class Ear {
    #ring = new Float32Array(RING_FRAMES);
    #frames = 0;
    #tracks = 0;
    #offsets = [];
    /** @type {AudioContext | null} */ #context = null;
    /** @type {AudioNode | null} */ #tap = null;
    /** @type {MediaStreamAudioSourceNode | null} */ #source = null;
    #ready = null;
    /** @type {MediaStreamTrack | null} */ #track = null;
    /** The wall clock at the last press of a button. */
    pressedAtMs = 0;
    /** How many peer connections the page has made: more than one when the first failed. */
    connections = 0;

    async #open() {
      this.#context = new AudioContext({ sampleRate: RATE });
      this.#tap = await this.#worklet().catch(() => this.#processor());
      this.#tap.connect(this.#context.destination);
      await this.#context.resume();
    }

    async #worklet() {
      const url = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
      await this.#context.audioWorklet.addModule(url);
      const tap = new AudioWorkletNode(this.#context, "trefoil-tap", {
        channelCount: 1,
        channelCountMode: "explicit",
        channelInterpretation: "speakers",
      });
      tap.port.onmessage = ({ data }) => this.#keep(data);
      return tap;
    }

    /** For Firefox, where the page's policy also keeps tests from adding a module. */
    #processor() {
      const tap = this.#context.createScriptProcessor(PROCESSOR_FRAMES, 1, 1);
      tap.onaudioprocess = ({ inputBuffer }) => this.#keep(inputBuffer.getChannelData(0));
      return tap;
    }

    async listen(track) {
      this.#track = track;
      this.#tracks += 1;
      this.#ready ??= this.#open();
      await this.#ready;
      const stream = new MediaStream([track]);
      // Chromium decodes a remote track only while a media element consumes it.
      const sink = new Audio();
      sink.muted = true;
      sink.srcObject = stream;
      sink.play().catch(() => {});
      this.#source?.disconnect();
      this.#source = this.#context.createMediaStreamSource(stream);
      this.#source.connect(this.#tap);
      this.#source.sink = sink;
    }

    #keep(batch) {
      const at = this.#frames % RING_FRAMES;
      const head = batch.subarray(0, RING_FRAMES - at);
      this.#ring.set(head, at);
      this.#ring.set(batch.subarray(head.length), 0);
      this.#frames += batch.length;
      this.#offsets.push(Date.now() - (this.#frames * 1000) / RATE);
      if (this.#offsets.length > CLOCK_BATCHES) this.#offsets.shift();
    }

    /** Whether the page plays, aloud, the very track that is heard here. */
    get isPlayedAloud() {
      return [...players].some(
        ({ srcObject, paused, muted, volume }) =>
          !paused && !muted && volume > 0 && srcObject?.getTracks().includes(this.#track),
      );
    }

    /** The last `count` samples, oldest first, in base64, and the wall clock at their end. */
    take(count) {
      const wanted = Math.min(count, this.#frames, RING_FRAMES);
      const samples = new Float32Array(wanted);
      const from = (this.#frames - wanted) % RING_FRAMES;
      const head = this.#ring.subarray(from, Math.min(from + wanted, RING_FRAMES));
      samples.set(head);
      samples.set(this.#ring.subarray(0, wanted - head.length), head.length);
      const bytes = new Uint8Array(samples.buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 32_768) {
        text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
      }
      // Messages are only ever late, so the smallest offset is the true one.
      const offset = Math.min(...this.#offsets);
      return {
        samples: btoa(text),
        frames: this.#frames,
        endsAtMs: offset + (this.#frames * 1000) / RATE,
        tracks: this.#tracks,
      };
    }
  }

  // What the page itself plays: people hear its elements, not the ear's tap.
  const players = new Set();
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (...args) {
    if (!this.muted) players.add(this);
    return play.apply(this, args);
  };

  const ear = new Ear();
  addEventListener("click", () => (ear.pressedAtMs = Date.now()), true);
  Object.defineProperty(globalThis, "__ear", { value: ear });

  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(...args) {
      super(...args);
      ear.connections += 1;
      this.addEventListener("track", ({ track }) => {
        if (track.kind === "audio") ear.listen(track).catch((error) => console.error(error));
      });
    }
  };
})();
