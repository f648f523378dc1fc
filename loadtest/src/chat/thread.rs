//! One conversation as one page has it.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

/// One conversation as one page has it: what is shown, what was acknowledged, what is still to be.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// The last message that has come.
    cursor: u64,
    /// How far it has been told that everything was read.
    marked: u64,
    /// What is shown: number, and who said what under which name, as one print.
    shown: BTreeMap<u64, u64>,
    /// Written and not acknowledged, in the order of writing: name and text.
    unsettled: VecDeque<(String, String)>,
    /// What was acknowledged: number, and print.
    acknowledged: BTreeMap<u64, u64>,
}

/// Who said what under which name, in a number that is the same wherever it is shown.
fn print(person: &str, id: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (person, id, text).hash(&mut hasher);
    hasher.finish()
}

/// A message on the wire: its number, its author and its print.
pub(super) fn read(message: &Value) -> Option<(u64, &str, u64)> {
    let person = message["from"]["person"].as_str().unwrap_or_default();
    let id = message["id"].as_str().unwrap_or_default();
    let print = print(person, id, message["text"].as_str()?);
    Some((message["number"].as_u64()?, person, print))
}

impl Thread {
    /// The last message that has come.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// What is shown, by number, as prints.
    pub fn shown(&self) -> &BTreeMap<u64, u64> {
        &self.shown
    }

    /// What was acknowledged, by number, as prints.
    pub fn acknowledged(&self) -> &BTreeMap<u64, u64> {
        &self.acknowledged
    }

    /// What was written and not acknowledged.
    pub fn unsettled(&self) -> &VecDeque<(String, String)> {
        &self.unsettled
    }

    /// Something is written.
    pub fn writes(&mut self, id: String, text: String) {
        self.unsettled.push_back((id, text));
    }

    /// A message has come.
    ///
    /// # Errors
    ///
    /// In words, when it is not the next one.
    pub fn takes(&mut self, number: u64, print: u64) -> Result<(), String> {
        if number <= self.cursor {
            return Err(format!("message {number} came after {}", self.cursor));
        }
        // Nobody writes notes here, so nobody's numbers have gaps; what was before the first is
        // the past of the conversation.
        if self.cursor > 0 && number > self.cursor + 1 {
            return Err(format!("message {number} came right after {}", self.cursor));
        }
        self.cursor = number;
        self.shown.insert(number, print);
        Ok(())
    }

    /// A message was acknowledged; whether it was not before.
    ///
    /// # Errors
    ///
    /// In words, when its number is another message's.
    pub fn settles(&mut self, person: &str, id: &str, number: u64) -> Result<bool, String> {
        let Some(at) = self.unsettled.iter().position(|(other, _)| other == id) else {
            return Ok(false);
        };
        let (id, text) = self.unsettled.remove(at).unwrap_or_default();
        match self.acknowledged.insert(number, print(person, &id, &text)) {
            None => Ok(true),
            Some(_) => Err(format!("{id} was acknowledged with the number {number} of another")),
        }
    }

    /// What is to be told of how far it was read, if that is news.
    pub fn marks(&mut self) -> Option<u64> {
        let news = self.cursor > self.marked;
        self.marked = self.cursor;
        news.then_some(self.cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_late_or_with_a_gap_is_noticed() {
        let mut thread = Thread::default();
        assert_eq!(thread.takes(7, 1), Ok(()), "it may have a past");
        assert_eq!(thread.takes(8, 2), Ok(()));
        assert!(thread.takes(8, 2).is_err() && thread.takes(6, 9).is_err());
        assert!(thread.takes(10, 3).is_err());
        assert_eq!((thread.cursor(), thread.shown().len()), (8, 2));
    }

    #[test]
    fn what_is_acknowledged_twice_counts_once_and_a_number_is_of_one_message() {
        let mut thread = Thread::default();
        thread.writes("a".to_owned(), "x".to_owned());
        thread.writes("b".to_owned(), "y".to_owned());
        assert_eq!(thread.settles("agent:bob", "a", 1), Ok(true));
        assert_eq!(thread.settles("agent:bob", "a", 1), Ok(false));
        assert!(thread.settles("agent:bob", "b", 1).is_err());
        assert!(thread.unsettled().is_empty());
        thread.takes(3, 0).unwrap();
        assert_eq!((thread.marks(), thread.marks()), (Some(3), None));
    }
}
