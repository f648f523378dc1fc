use call_core::Time;
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::clean::line;
use super::{Clock, Form, Head, Somebody, is_note, role, told, words, writer};
use crate::auth::Role;
use crate::chat::Said;

/// What a browser may do with the page: show it. It is in the page as well, which is opened from a
/// disk more often than from here.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE: &str = include_str!("page.css");

/// Writes a web page that needs nothing but itself.
pub(super) struct Html {
    head: Head,
    clock: Clock,
    /// The day of the message before.
    day: Option<Date>,
}

impl Html {
    pub(super) fn new(head: Head, clock: Clock) -> Self {
        Self { head, clock, day: None }
    }

    fn title(&self) -> String {
        let names: Vec<_> = self.head.people.iter().map(|one| line(&one.name)).collect();
        format!("Chat {}: {}", self.head.conversation, names.join(", "))
    }

    fn moment(&self, at: Time) -> Markup {
        let shown = self.clock.shows(at);
        html! { time datetime=(shown.exact) { (shown.day) " " (shown.time) } }
    }

    fn about(&self) -> Markup {
        let Head { conversation, team, people, began_at_ms, ended_at_ms, .. } = &self.head;
        html! {
            header {
                h1 { "Chat " (conversation) }
                dl {
                    dt { "People" }
                    @for Somebody { name, role: is, .. } in people {
                        dd { bdi { (line(name)) } " (" (role(*is)) ")" }
                    }
                    @if let Some(team) = team { dt { "Team" } dd { (team) } }
                    dt { "Began" } dd { (self.moment(*began_at_ms)) }
                    dt { "Ended" }
                    dd {
                        @if let Some(at) = ended_at_ms { (self.moment(*at)) }
                        @else { "It goes on" }
                    }
                    dt { "Times" } dd { "Those of " (self.clock.name()) }
                }
            }
        }
    }

    /// The heading of a day, before its first message.
    fn day(&mut self, at: Time) -> Option<Markup> {
        let shown = self.clock.shows(at);
        if self.day.replace(shown.date) == Some(shown.date) {
            return None;
        }
        let words = shown.date.strftime("%A, %-d %B %Y").to_string();
        Some(html! { h2 { time datetime=(shown.day) { (words) } } })
    }
}

impl Form for Html {
    fn begin(&mut self) -> String {
        let head = html! {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (self.title()) }
                style { (PreEscaped(STYLE)) }
            }
        };
        let about = self.about();
        format!("{}<html lang=\"en\">{}<body>{}<main>\n", DOCTYPE.0, head.0, about.0)
    }

    fn message(&mut self, said: &Said) -> String {
        let Said { at, message } = said;
        let (day, by, note) = (self.day(*at), writer(message), is_note(message));
        let is = by.as_ref().map(|by| Somebody::new(by.person.clone(), String::new()).role);
        let look = match (note, is) {
            (true, _) => "note",
            (false, Some(Role::Agent)) => "agent",
            (false, Some(Role::Customer)) => "customer",
            (false, None) => "automatic",
        };
        let moment = self.clock.shows(*at);
        let text = words(&message.body).join("\n");
        let file = message.body.file();
        let drawn = html! {
            @if let Some(day) = day { (day) }
            article class=(look) {
                p.from {
                    @if let Some(by) = by { b { bdi { (line(&by.name)) } } }
                    @else { b { "Automatic message" } }
                    @if note { " " span.mark { "Note between agents" } }
                    " " time datetime=(moment.exact) { (moment.time) }
                }
                // In whatever language and direction it was written.
                @if !text.is_empty() { p.text dir="auto" lang="" { (text) } }
                @if let Some(file) = file { p.file { b { "File: " } bdi { (told(file)) } } }
            }
        };
        drawn.into_string() + "\n"
    }

    fn end(&mut self) -> String {
        "</main></body></html>\n".to_owned()
    }
}
