//! A client and a server's end of its connection, joined by the gate, in virtual time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media_core::rtp::Packet;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};
use transport::gate::{Gate, JOIN_DEADLINE, Passage, Verdict};
use transport::{Answer, Identity, LegId, Outgoing, Peer, PeerError, PeerEvent};

pub(crate) const LEG: LegId = LegId(5);
const STEP: Duration = Duration::from_millis(5);

/// A client that has made an offer.
pub(crate) struct Client {
    rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    pub(crate) offer: String,
    mid: Mid,
    /// The client's own address, and the one it is seen with from outside.
    address: SocketAddr,
    pub(crate) outside: SocketAddr,
    pub(crate) heard: Vec<RtpPacket>,
    pub(crate) is_closed: bool,
    /// What came on its data channels, and which of them are closed.
    pub(crate) read: Vec<Vec<u8>>,
    pub(crate) closed_channels: Vec<ChannelId>,
    /// Datagrams on their way to the server.
    unsent: Vec<(SocketAddr, Vec<u8>)>,
    /// Its `ClientHello` goes out in two datagrams.
    pub(crate) splits_its_hello: bool,
    sequence: u64,
}

impl Client {
    pub(crate) fn new(now: Instant) -> Self {
        let address = "192.0.2.9:5000".parse().expect("an address");
        let mut rtc = Rtc::builder().set_rtp_mode(true).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a candidate"));
        let mut api = rtc.sdp_api();
        let mid = api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        api.add_channel("chat".to_owned());
        let (offer, pending) = api.apply().expect("changes");
        let offer = offer.to_sdp_string();
        let (heard, is_closed, sequence) = (Vec::new(), false, 100);
        Self {
            rtc,
            pending: Some(pending),
            offer,
            mid,
            address,
            outside: address,
            heard,
            is_closed,
            read: Vec::new(),
            closed_channels: Vec::new(),
            unsent: Vec::new(),
            splits_its_hello: false,
            sequence,
        }
    }

    pub(crate) fn takes(&mut self, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer");
        let pending = self.pending.take().expect("an offer that was not answered");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an answer to the offer");
    }

    /// Says one packet.
    pub(crate) fn says(&mut self, now: Instant, payload: &[u8]) {
        let opus = self.rtc.codec_config().iter().find(|p| p.spec().clock_rate.get() == 48_000);
        let payload_type = opus.expect("opus").pt();
        self.sequence += 1;
        let timestamp = self.sequence as u32 * 960;
        let level = ExtensionValues {
            audio_level: Some(-30),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let write = RtpWrite::new(payload_type, self.sequence.into(), timestamp, now, payload);
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(self.mid, None).expect("a stream");
        stream.write_rtp(write.ext_vals(level).marker(true));
    }

    pub(crate) fn hangs_up(&mut self) {
        self.rtc.close().expect("a goodbye");
    }

    /// Opens a data channel more.
    pub(crate) fn opens_channel(&mut self) -> ChannelId {
        self.opens_channel_with(ChannelConfig::default())
    }

    /// Opens a data channel of some kind.
    pub(crate) fn opens_channel_with(&mut self, config: ChannelConfig) -> ChannelId {
        self.rtc.direct_api().create_data_channel(config)
    }

    /// Closes a data channel.
    pub(crate) fn closes_channel(&mut self, channel: ChannelId) {
        self.rtc.direct_api().close_data_channel(channel);
    }

    /// Writes into a data channel; says whether that was possible.
    pub(crate) fn writes(&mut self, channel: ChannelId, text: &[u8]) -> bool {
        let channel = self.rtc.channel(channel);
        channel.is_some_and(|mut channel| channel.write(false, text).expect("a channel"))
    }

    fn drain(&mut self) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut datagrams = Vec::new();
        loop {
            let Ok(output) = self.rtc.poll_output() else {
                // What is left of a client that was cut off.
                self.is_closed = true;
                return datagrams;
            };
            match output {
                Output::Timeout(_) => return datagrams,
                Output::Transmit(sent) => {
                    let datagram: Vec<u8> = sent.contents.into();
                    let pieces = if self.splits_its_hello { pieces(&datagram) } else { None };
                    let pieces = pieces.unwrap_or_else(|| vec![datagram]);
                    datagrams.extend(pieces.into_iter().map(|piece| (sent.destination, piece)));
                }
                Output::Event(Event::RtpPacket(packet)) => self.heard.push(packet),
                Output::Event(Event::Closed) => self.is_closed = true,
                Output::Event(Event::ChannelData(data)) => self.read.push(data.data),
                Output::Event(Event::ChannelClose(id)) => self.closed_channels.push(id),
                Output::Event(_) => {}
            }
        }
    }
}

/// A `ClientHello` in two datagrams, as a client with a small MTU sends it.
fn pieces(datagram: &[u8]) -> Option<Vec<Vec<u8>>> {
    // Headers of a record and of a message, which are followed by the message itself.
    let (record, rest) = datagram.split_first_chunk::<13>()?;
    let (header, message) = rest.split_first_chunk::<12>()?;
    if record[0] != 22 || header[0] != 1 {
        return None;
    }
    let (one, other) = message.split_at(message.len() / 2);
    let piece = |offset: usize, part: &[u8]| {
        let mut datagram = [&record[..], &header[..], part].concat();
        datagram[11..13].copy_from_slice(&(12 + part.len() as u16).to_be_bytes());
        // Number of the record, offset and length of the fragment.
        datagram[10] = u8::from(offset > 0);
        datagram[19..22].copy_from_slice(&(offset as u32).to_be_bytes()[1..]);
        datagram[22..25].copy_from_slice(&(part.len() as u32).to_be_bytes()[1..]);
        datagram
    };
    Some(vec![piece(0, one), piece(one.len(), other)])
}

/// The two ends and what is between them.
pub(crate) struct Scene {
    pub(crate) now: Instant,
    pub(crate) gate: Gate,
    pub(crate) peer: Peer,
    pub(crate) client: Client,
    pub(crate) is_connected: bool,
    pub(crate) is_closed: bool,
    pub(crate) heard: Vec<Packet>,
    /// What happened on data channels, at the server.
    pub(crate) on_channels: Vec<PeerEvent>,
    /// The last loss that the server was told of.
    pub(crate) loss: Option<f32>,
    /// Of so many packets of sound to the client, one is lost; 0 when none is.
    pub(crate) loses_one_of: usize,
    /// So many datagrams that end the handshake are lost on their way to the client.
    pub(crate) loses_last_flight: usize,
    sent: usize,
    said: u64,
    /// What the client sent, as somebody on the way sees it.
    pub(crate) recorded: Vec<Vec<u8>>,
    /// Where the server has sent to, besides the client.
    pub(crate) sent_elsewhere: Vec<SocketAddr>,
    /// Somebody on the way sends copies from here that arrive before what they are copies of.
    pub(crate) copied_from: Option<SocketAddr>,
    /// Which of the client's datagrams are copied, by their first byte.
    pub(crate) copies: std::ops::RangeInclusive<u8>,
}

impl Scene {
    /// A client offers, the server answers.
    pub(crate) fn opens() -> Self {
        Self::opens_with(|offer| offer)
    }

    /// The offer is changed on its way.
    pub(crate) fn opens_with(change: impl FnOnce(String) -> String) -> Self {
        Self::opens_between(change, |answer| answer)
    }

    /// Offer and answer are changed on their ways.
    pub(crate) fn opens_between(
        change: impl FnOnce(String) -> String,
        change_answer: impl FnOnce(String) -> String,
    ) -> Self {
        let now = Instant::now();
        let mut client = Client::new(now);
        let here = ["198.51.100.1:4000".parse().expect("an address")];
        let offer = change(client.offer.clone());
        let Answer { mut peer, sdp } =
            Peer::accept(&offer, &here, &Identity::generate(), now, now).expect("an answer");
        client.takes(&change_answer(sdp));
        let mut gate = Gate::new(JOIN_DEADLINE);
        gate.insert(LEG, peer.credentials(), peer.channels(), now);
        Self {
            now,
            gate,
            peer,
            client,
            is_connected: false,
            is_closed: false,
            heard: Vec::new(),
            on_channels: Vec::new(),
            loss: None,
            loses_one_of: 0,
            loses_last_flight: 0,
            sent: 0,
            said: 0,
            recorded: Vec::new(),
            sent_elsewhere: Vec::new(),
            copied_from: None,
            copies: 0..=255,
        }
    }

    /// Both ends do what they have to do for a while.
    pub(crate) fn runs(&mut self, span: Duration) -> Result<(), PeerError> {
        let end = self.now + span;
        while self.now < end {
            self.now += STEP;
            self.client.rtc.handle_input(Input::Timeout(self.now)).expect("a client that works");
            self.peer.timeout(self.now)?;
            self.exchanges()?;
        }
        Ok(())
    }

    pub(crate) fn connects(&mut self) {
        self.runs(Duration::from_secs(2)).expect("a connection");
        assert!(self.is_connected);
    }

    /// The server says one packet.
    pub(crate) fn says(&mut self, sequence: u64, payload: &[u8]) {
        let outgoing = Outgoing {
            sequence,
            timestamp: sequence as u32 * 960,
            marker: false,
            level: None,
            payload: payload.into(),
        };
        self.peer.send(self.now, outgoing);
    }

    /// Both ends say a packet, and have 20 ms to hear it.
    pub(crate) fn talks(&mut self) {
        self.said += 1;
        self.client.says(self.now, &[1; 40]);
        self.says(500 + self.said, &[2; 40]);
        self.runs(Duration::from_millis(20)).expect("a connection");
    }

    /// Somebody sends datagrams from an address that may be another's.
    pub(crate) fn forges(&mut self, datagrams: &[Vec<u8>], from: SocketAddr) {
        for datagram in datagrams {
            let answers = self.arrives(from, datagram).expect("a server that works");
            self.delivers(answers);
        }
    }

    /// Datagrams go to and fro until there are none left.
    fn exchanges(&mut self) -> Result<(), PeerError> {
        loop {
            let to_client = self.drains_server(None)?;
            let mut to_server = std::mem::take(&mut self.client.unsent);
            to_server.extend(self.client.drain());
            if to_client.is_empty() && to_server.is_empty() {
                return Ok(());
            }
            self.delivers(to_client);
            for (_, datagram) in to_server {
                let is_copied = datagram.first().is_some_and(|first| self.copies.contains(first));
                if let Some(copier) = self.copied_from.filter(|_| is_copied) {
                    let answers = self.arrives(copier, &datagram)?;
                    self.delivers(answers);
                }
                let answers = self.arrives(self.client.outside, &datagram)?;
                self.delivers(answers);
                self.recorded.push(datagram);
            }
        }
    }

    /// A datagram arrives at the server; returns what it answers to the client.
    fn arrives(&mut self, source: SocketAddr, datagram: &[u8]) -> Result<Vec<Vec<u8>>, PeerError> {
        match self.gate.admit(self.now, source, datagram) {
            Verdict::Pass(LEG, Passage::FirstCheck) => {
                self.peer.begin_at(self.now, source, datagram);
            }
            Verdict::Pass(LEG, _) => {
                self.peer.receive(self.now, source, datagram);
            }
            Verdict::Pass(..) | Verdict::Drop(_) => return Ok(Vec::new()),
        }
        // One change, one drain: the library's rule.
        self.drains_server(Some(source))
    }

    fn delivers(&mut self, datagrams: Vec<Vec<u8>>) {
        for datagram in datagrams {
            let server = "198.51.100.1:4000".parse().expect("an address");
            let receive = Receive::new(Protocol::Udp, server, self.client.address, &datagram);
            let input = Input::Receive(self.now, receive.expect("a datagram of WebRTC"));
            self.client.rtc.handle_input(input).expect("a client that works");
            // One change, one drain: the library's rule.
            let answers = self.client.drain();
            self.client.unsent.extend(answers);
        }
    }

    fn drains_server(&mut self, source: Option<SocketAddr>) -> Result<Vec<Vec<u8>>, PeerError> {
        let Self { now, gate, peer, client, is_connected, is_closed, heard, loss, .. } = self;
        let (loses_one_of, sent) = (self.loses_one_of, &mut self.sent);
        let loses_last_flight = &mut self.loses_last_flight;
        let sent_elsewhere = &mut self.sent_elsewhere;
        let on_channels = &mut self.on_channels;
        let mut datagrams = Vec::new();
        let mut events = Vec::new();
        peer.drain(
            |egress| {
                let to = gate.route(LEG, &egress.datagram, egress.asked);
                // RFC 5761: the second byte tells sound from reports.
                let is_sound =
                    matches!(*egress.datagram, [0x80..=0xbf, kind, ..] if kind & 0x7f > 95);
                *sent += usize::from(is_sound);
                let mut is_lost =
                    is_sound && loses_one_of > 0 && (*sent).is_multiple_of(loses_one_of);
                // The server's last flight begins with its change of cipher.
                if egress.datagram.first() == Some(&20) && *loses_last_flight > 0 {
                    *loses_last_flight -= 1;
                    is_lost = true;
                }
                if to != Some(client.outside) {
                    sent_elsewhere.extend(to);
                } else if !is_lost {
                    datagrams.push(egress.datagram);
                }
            },
            |event| events.push(event),
        )?;
        for event in events {
            match event {
                PeerEvent::Connected => {
                    *is_connected = true;
                    gate.connected(LEG, *now);
                }
                PeerEvent::Sound(stream, packet) => {
                    heard.push(packet);
                    if let Some(source) = source {
                        gate.authentic(LEG, source, stream, *now);
                    }
                }
                PeerEvent::Closed(_) => *is_closed = true,
                PeerEvent::Loss(share) => *loss = Some(share),
                PeerEvent::Heard => {}
                event @ (PeerEvent::ChannelOpened(..)
                | PeerEvent::ChannelData(..)
                | PeerEvent::ChannelWritable(_)
                | PeerEvent::ChannelClosed(_)) => on_channels.push(event),
            }
        }
        Ok(datagrams)
    }
}
