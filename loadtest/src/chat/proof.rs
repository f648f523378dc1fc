//! What both sides and the history have, beside each other.

use std::collections::BTreeMap;

use super::thread::Thread;
use super::writer::Account;

/// Words kept: enough to see what is wrong.
const KEPT: usize = 12;

/// What a crowd has in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Conversations looked at.
    pub conversations: u64,
    /// Messages in all of them, each counted once.
    pub messages: u64,
    /// Conversations in which something is missing, twice, out of order or another at one side.
    pub wrong: u64,
    /// What is wrong, in words, the first few.
    pub complaints: Vec<String>,
}

impl Proof {
    /// Whether everything is right.
    pub fn is_good(&self) -> bool {
        self.wrong == 0 && self.conversations > 0
    }

    pub(super) fn of(accounts: &[Account]) -> Self {
        let mut sides: BTreeMap<&str, Vec<(&Account, &Thread)>> = BTreeMap::new();
        for account in accounts {
            for (conversation, thread) in &account.threads {
                sides.entry(conversation).or_default().push((account, thread));
            }
        }
        let mut proof = Self::default();
        for (conversation, sides) in sides {
            proof.conversations += 1;
            proof.messages += sides.first().map_or(0, |(_, thread)| thread.shown().len()) as u64;
            if let Err(words) = agree(conversation, &sides) {
                proof.wrong += 1;
                if proof.complaints.len() < KEPT {
                    proof.complaints.push(format!("{conversation}: {words}"));
                }
            }
        }
        proof
    }
}

/// Whether everything that was written in a conversation was acknowledged under one number, is
/// shown under it at every side once, without a gap, and is the whole history.
fn agree(conversation: &str, sides: &[(&Account, &Thread)]) -> Result<(), String> {
    let mut acknowledged = BTreeMap::new();
    for (account, thread) in sides {
        if !thread.unsettled().is_empty() {
            let left = thread.unsettled().len();
            return Err(format!("{} has {left} that nobody acknowledged", account.person));
        }
        for (number, print) in thread.acknowledged() {
            if acknowledged.insert(*number, *print).is_some() {
                return Err(format!("two messages have the number {number}"));
            }
        }
    }
    let gap = acknowledged.keys().zip(1..).find(|(number, due)| **number != *due);
    if let Some((number, due)) = gap {
        return Err(format!("number {due} is nobody's, {number} comes after it"));
    }
    for (account, thread) in sides {
        differ(&account.person, "shows", &acknowledged, thread.shown().iter())?;
        let Some(history) = account.history.as_ref().and_then(|all| all.get(conversation)) else {
            continue;
        };
        let rows = history.iter().map(|(number, print)| (number, print));
        differ(&account.person, "reads in the history", &acknowledged, rows)?;
    }
    Ok(())
}

fn differ<'a>(
    person: &str,
    does: &str,
    due: &BTreeMap<u64, u64>,
    has: impl Iterator<Item = (&'a u64, &'a u64)>,
) -> Result<(), String> {
    let has: Vec<(u64, u64)> = has.map(|(number, print)| (*number, *print)).collect();
    if has.iter().copied().eq(due.iter().map(|(number, print)| (*number, *print))) {
        return Ok(());
    }
    let differs = due.iter().zip(&has).find(|(due, has)| (*due.0, *due.1) != **has);
    let at = differs.map_or(has.len().min(due.len()) as u64 + 1, |(due, _)| *due.0);
    let (some, all) = (has.len(), due.len());
    Err(format!("{person} {does} {some} of {all}, and another than was acknowledged at {at}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(person: &str, own: &[u64], shown: &[(u64, &str)]) -> Account {
        let mut thread = Thread::default();
        for number in own {
            thread.writes(format!("m-{number}"), "hello".to_owned());
            thread.settles(person, &format!("m-{number}"), *number).unwrap();
        }
        for (number, author) in shown {
            let message = serde_json::json!({"number": number, "from": {"person": author},
                "id": format!("m-{number}"), "text": "hello"});
            let (number, _, print) = super::super::thread::read(&message).unwrap();
            thread.takes(number, print).unwrap();
        }
        let threads = BTreeMap::from([("c1".to_owned(), thread)]);
        Account { person: person.to_owned(), threads, history: None }
    }

    #[test]
    fn sides_that_agree_are_right_and_nothing_else_is() {
        let both = [(1, "alice"), (2, "bob")];
        let alice = side("alice", &[1], &both);
        assert!(Proof::of(&[alice.clone(), side("bob", &[2], &both)]).is_good());
        for wrong in [
            side("bob", &[], &both),
            side("bob", &[1], &both),
            side("bob", &[3], &both),
            side("bob", &[2], &both[..1]),
            side("bob", &[2], &[(1, "bob"), (2, "bob")]),
        ] {
            assert!(!Proof::of(&[alice.clone(), wrong]).is_good());
        }
        assert!(!Proof::default().is_good(), "nothing proves nothing");
    }

    #[test]
    fn the_history_is_the_whole_of_it() {
        let both = [(1, "alice"), (2, "bob")];
        let (alice, mut bob) = (side("alice", &[1], &both), side("bob", &[2], &both));
        let all: Vec<(u64, u64)> =
            bob.threads["c1"].shown().iter().map(|(number, print)| (*number, *print)).collect();
        bob.history = Some(BTreeMap::from([("c1".to_owned(), all.clone())]));
        assert!(Proof::of(&[alice.clone(), bob.clone()]).is_good());
        bob.history = Some(BTreeMap::from([("c1".to_owned(), all[1..].to_vec())]));
        let proof = Proof::of(&[alice, bob]);
        assert!(proof.complaints[0].contains("history"), "{proof:?}");
    }
}
