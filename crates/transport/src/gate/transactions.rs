//! Gate rule 4: which requests were seen before, and from where.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;

use super::limits::TRANSACTIONS;

/// The latest transactions of a leg.
///
/// Only authentic requests come here. Their identifiers were drawn at random by the client, so
/// eight of the twelve bytes tell them apart; a hash tells their addresses apart.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    origins: HashMap<u64, u32>,
    order: VecDeque<u64>,
}

/// What the memory says about a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Not seen before.
    Never,
    /// Seen from this address: a retransmission, to be answered again.
    FromHere,
    /// Seen from another address: a replay.
    Elsewhere,
}

impl Transactions {
    /// Whether and from where this transaction was seen before.
    pub(super) fn seen(&self, transaction: [u8; 12], source: SocketAddr) -> Seen {
        match self.origins.get(&key(transaction)) {
            None => Seen::Never,
            Some(origin) if *origin == mark(source) => Seen::FromHere,
            Some(_) => Seen::Elsewhere,
        }
    }

    /// Remembers where a transaction first came from, and forgets the oldest when there are too
    /// many.
    pub(super) fn remember(&mut self, transaction: [u8; 12], source: SocketAddr) {
        let key = key(transaction);
        if self.origins.contains_key(&key) {
            return;
        }
        self.origins.insert(key, mark(source));
        self.order.push_back(key);
        if self.order.len() > TRANSACTIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.origins.remove(&oldest);
        }
    }
}

fn key(transaction: [u8; 12]) -> u64 {
    let first = transaction.first_chunk().expect("twelve bytes begin with eight");
    u64::from_be_bytes(*first)
}

fn mark(source: SocketAddr) -> u32 {
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    hasher.finish() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> [u8; 12] {
        let mut id = [0; 12];
        id[..8].copy_from_slice(&n.to_be_bytes());
        id
    }

    #[test]
    fn a_transaction_is_known_by_where_it_came_from() {
        let (here, there) = ("192.0.2.1:1".parse().unwrap(), "192.0.2.2:1".parse().unwrap());
        let mut seen = Transactions::default();
        assert_eq!(seen.seen(id(1), here), Seen::Never);
        seen.remember(id(1), here);
        assert_eq!(seen.seen(id(1), here), Seen::FromHere);
        assert_eq!(seen.seen(id(1), there), Seen::Elsewhere);
    }

    #[test]
    fn memory_is_bounded_and_loses_the_oldest_first() {
        let here = "192.0.2.1:1".parse().unwrap();
        let mut seen = Transactions::default();
        for n in 0..=TRANSACTIONS {
            seen.remember(id(n), here);
        }
        assert_eq!(seen.seen(id(0), here), Seen::Never);
        assert_eq!(seen.seen(id(1), here), Seen::FromHere);
        assert_eq!((seen.origins.len(), seen.order.len()), (TRANSACTIONS, TRANSACTIONS));
    }
}
