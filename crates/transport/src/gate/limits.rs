//! Every number of the gate, each with its reason.

use std::time::Duration;

use super::bucket::Rate;

/// Rule 3: addresses a leg may have at a time. A browser with two networks, two address families
/// and a relay has six.
pub const ADDRESSES_AT_A_TIME: usize = 8;

/// Rule 3: addresses in the life of a leg. The connection keeps a candidate for each and searches
/// them.
pub const ADDRESSES_IN_A_LIFE: usize = 64;

/// Rule 3: an address unheard for this long makes room for another one.
pub const ADDRESS_UNUSED: Duration = Duration::from_secs(30);

/// Rule 4: transactions remembered per leg. A connected browser checks every 2.5 s, so this is
/// nearly an hour and a half, in 90 kB at most. An older replay moves nothing either: rule 6 asks
/// for a peer that has been silent for seconds, and a leg that silent is about to end.
pub const TRANSACTIONS: usize = 2048;

/// Rule 6: when the peer address is silent for this long, one fresh nomination elsewhere is enough.
pub const PEER_SILENT: Duration = Duration::from_secs(3);

/// Rule 6: fresh nominations from another address that move a peer that is not silent.
pub const NOMINATIONS: u8 = 2;

/// Rule 6: authentic packets of sound from another address that move the peer. The replay window
/// of SRTP makes each of them fresh, so only the client itself can send them.
pub const PACKETS: u8 = 3;

/// Rule 6: sound from an address that nobody knows is only looked at when nothing has come from the
/// peer address for this long: ten packets of somebody who talks. While the client is where it was,
/// no copy of what it sends is worth a look.
pub const PEER_QUIET: Duration = Duration::from_millis(200);

/// Rule 6: sound on trial per leg: as much as one person says. Three packets are enough to move.
pub const TRIALS: Rate = Rate { per_second: 50, burst: Duration::from_millis(500) };

/// Rule 6: streams of sound by which a leg is known: its microphone, and what it exchanged it for.
pub const STREAMS: usize = 4;

/// Rule 7: records in a datagram. The connection takes no more, and a client's whole last flight
/// has five.
pub const RECORDS: usize = 8;

/// Rule 7: the longest handshake message. A certificate has 300 bytes, a `ClientHello` with the
/// large keys of post-quantum key agreement 2 kB.
pub const LONGEST_MESSAGE: usize = 16 * 1024;

/// Rule 7: the shortest protected record: a tag of sixteen bytes and something that it protects.
/// The shortest honest one is an alert under `ChaCha20`, with 18.
pub const SHORTEST_PROTECTED: usize = 17;

/// Rule 7: `ChangeCipherSpec` records while joining. One is in each repetition of the client's last
/// flight, and a browser repeats a flight eight times in the 10 s that it has.
pub const CHANGES_OF_CIPHER: u8 = 8;

/// Rule 7: datagrams of DTLS while joining: three for each of two flights, eight times over, and
/// room. The connection keeps what it cannot use yet.
pub const JOIN_DATAGRAMS: u8 = 64;

/// Rule 7: time after connecting in which the client may repeat its last flight, because our answer
/// to it was lost: it has not seen that the handshake is over.
pub const LAST_FLIGHT: Duration = Duration::from_secs(30);

/// Rule 7: datagrams of such repetitions.
pub const LAST_FLIGHT_DATAGRAMS: u8 = 8;

/// Rule 8: time a leg has from its offer to being connected. The library alone would wait 40 s.
pub const JOIN_DEADLINE: Duration = Duration::from_secs(10);

/// Rule 9: records of DTLS. Who writes as fast as a chat takes it, twenty messages a second, sends
/// as many records and acknowledges twice as many: its own and those of whom it talks with. What is
/// dropped comes again after seconds, so there is room beside that.
pub const DTLS_RECORDS: Rate = Rate { per_second: 200, burst: BURST };

/// Rule 9: bytes of DTLS. The longest message has 16 kB; 64 of 4 kB may be on their way at once.
pub const DTLS_BYTES: Rate = Rate { per_second: 192_000, burst: BURST };

/// Rule 9: the same while a transfer of a file is agreed on, in either direction: 4 Mbit/s, in
/// records as large as a datagram or in acknowledgements of every second one.
pub const TRANSFER_RECORDS: Rate = Rate { per_second: 400, burst: BURST };

/// Rule 9: see [`TRANSFER_RECORDS`].
pub const TRANSFER_BYTES: Rate = Rate { per_second: 512_000, burst: BURST };

/// Rule 9: packets of streams that are known: four times one of 20 ms, or one of 5 ms.
pub const SOUND: Rate = Rate { per_second: 200, burst: BURST };

/// Rule 9: reports, and the first packets of other streams. A browser reports every 5 s at least,
/// some do so ten times a second.
pub const OTHER_MEDIA: Rate = Rate { per_second: 50, burst: BURST };

/// Rule 9: requests of connectivity checks. A browser that looks for a way sends twenty a second,
/// a connected one checks every 2.5 s.
pub const CHECKS: Rate = Rate { per_second: 50, burst: BURST };

/// Rule 9: repetitions of requests whose answer was lost, which anybody who recorded one can send
/// under the leg's address.
pub const REPEATED_CHECKS: Rate = Rate { per_second: 10, burst: BURST };

/// Rule 9: a network that stood still delivers at once what it held back.
const BURST: Duration = Duration::from_secs(2);
