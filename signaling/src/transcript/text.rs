use super::clean::line;
use super::{Clock, Form, Head, is_note, role, told, words, writer};
use crate::chat::Said;

/// As wide as the moment before a message: what follows a line break stands below what it belongs
/// to, and passes for no message of its own.
const INDENT: &str = "                     ";

/// Writes plain text.
pub(super) struct Text {
    head: Head,
    clock: Clock,
}

impl Text {
    pub(super) fn new(head: Head, clock: Clock) -> Self {
        Self { head, clock }
    }

    fn moment(&self, at: call_core::Time) -> String {
        let shown = self.clock.shows(at);
        format!("{} {}", shown.day, shown.time)
    }
}

impl Form for Text {
    fn begin(&mut self) -> String {
        let Head { conversation, team, people, began_at_ms, ended_at_ms, .. } = &self.head;
        let people: Vec<_> =
            people.iter().map(|one| format!("{} ({})", name(&one.name), role(one.role))).collect();
        let team = team.as_ref().map(|team| format!("Team:   {team}\n")).unwrap_or_default();
        let ended = ended_at_ms.map_or_else(|| "it goes on".to_owned(), |at| self.moment(at));
        format!(
            "Chat {conversation}\nPeople: {}\n{team}Began:  {}\nEnded:  {ended}\n\
             Times are those of {}.\n\n",
            people.join(", "),
            self.moment(*began_at_ms),
            self.clock.name(),
        )
    }

    fn message(&mut self, Said { at, message }: &Said) -> String {
        let file = message.body.file().map(told);
        let marks = [(is_note(message), "[note] "), (file.is_some(), "[file] ")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let by =
            writer(message).map_or_else(|| "[automatic]".to_owned(), |by| name(&by.name) + ":");
        let lines: Vec<_> = file.into_iter().chain(words(&message.body)).collect();
        let lines = lines.join(&format!("\n{INDENT}"));
        format!("{}  {marks}{by} {lines}\n", self.moment(*at))
    }

    fn end(&mut self) -> String {
        String::new()
    }
}

/// A name that passes for no mark.
fn name(name: &str) -> String {
    line(name).replace('[', "(").replace(']', ")")
}
