//! Who is signed in over which socket, and the news kept for those who come back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use call_core::view::SelfView;
use call_core::{AgentId, ConversationId, Notice, PersonId};
use signaling::protocol::{Resume, ServerMessage};
use signaling::{Backlog, Outbox, SessionId, Source};

/// News kept per person: more than a transfer with all its failures makes, so that a page back from
/// a short absence misses nothing; older news is worth less than the whole view it gets anyway.
const NEWS_KEPT: usize = 64;
/// How long the news of somebody without a session is kept; longer than any grace.
const NEWS_KEPT_FOR: Duration = Duration::from_mins(2);

/// Everybody's session.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    people: BTreeMap<PersonId, Signed>,
    by_session: BTreeMap<SessionId, PersonId>,
    news: BTreeMap<PersonId, News>,
}

#[derive(Debug)]
struct Signed {
    session: SessionId,
    source: Option<Source>,
    /// The one conversation its token is for, if it is for one.
    only: Option<ConversationId>,
    outbox: Outbox,
    /// What the page was shown of an agent itself; none before its desk was.
    shown: Option<SelfView>,
}

#[derive(Debug)]
struct News {
    session: SessionId,
    backlog: Backlog,
    away_since: Option<Instant>,
}

impl Sessions {
    /// Takes a session in. Gives the outbox of the session it supersedes.
    pub(super) fn open(
        &mut self,
        person: &PersonId,
        session: SessionId,
        source: Option<Source>,
        only: Option<ConversationId>,
        outbox: Outbox,
    ) -> Option<Outbox> {
        self.by_session.insert(session, person.clone());
        let signed = Signed { session, source, only, outbox, shown: None };
        let old = self.people.insert(person.clone(), signed)?;
        self.by_session.remove(&old.session);
        Some(old.outbox)
    }

    /// The news a page has missed since, when the session it wants to go on with is the last one
    /// this process knew of the person and all of it is still there.
    pub(super) fn resume(
        &mut self,
        person: &PersonId,
        session: SessionId,
        wanted: Option<&Resume>,
    ) -> Option<Vec<ServerMessage>> {
        let fresh = News { session, backlog: Backlog::with_capacity(NEWS_KEPT), away_since: None };
        let former = self.news.insert(person.clone(), fresh)?;
        let wanted = wanted.filter(|wanted| wanted.session == former.session)?;
        let missed = former.backlog.after(wanted.cursor)?.cloned().collect();
        self.news.get_mut(person)?.backlog = former.backlog;
        Some(missed)
    }

    /// Forgets a session. Gives the person, when it was the person's present one.
    pub(super) fn close(&mut self, session: SessionId) -> Option<PersonId> {
        let person = self.by_session.remove(&session)?;
        self.people.remove(&person);
        if let Some(news) = self.news.get_mut(&person) {
            news.away_since = Some(Instant::now());
        }
        self.news
            .retain(|_, news| news.away_since.is_none_or(|since| since.elapsed() < NEWS_KEPT_FOR));
        Some(person)
    }

    /// Whose present session it is.
    pub(super) fn person(&self, session: SessionId) -> Option<&PersonId> {
        self.by_session.get(&session)
    }

    /// The way to a person's page.
    pub(super) fn outbox(&self, person: &PersonId) -> Option<&Outbox> {
        self.people.get(person).map(|signed| &signed.outbox)
    }

    /// Where a person is signed in from.
    pub(super) fn source(&self, person: &PersonId) -> Option<Source> {
        self.people.get(person)?.source
    }

    /// The one conversation a person's token is for, if it is for one.
    pub(super) fn only(&self, person: &PersonId) -> Option<ConversationId> {
        self.people.get(person)?.only
    }

    /// How many are signed in.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// Sends a message to a person's page, if there is one.
    pub(super) fn send(&self, person: &PersonId, message: &ServerMessage) {
        if let Some(outbox) = self.outbox(person) {
            outbox.send(message);
        }
    }

    /// Tells a person news, now or when the page is back.
    pub(super) fn tell(&mut self, person: &PersonId, cursor: u64, notice: Notice) {
        let message = ServerMessage::Notice { cursor, notice };
        self.send(person, &message);
        if let Some(news) = self.news.get_mut(person) {
            news.backlog.push(cursor, message);
        }
    }

    /// The agents who are signed in, the way to their pages, and what was shown there last of
    /// themselves.
    pub(super) fn desks(
        &mut self,
    ) -> impl Iterator<Item = (&AgentId, &Outbox, &mut Option<SelfView>)> {
        self.people.iter_mut().filter_map(|(person, signed)| {
            Some((person.as_agent()?, &signed.outbox, &mut signed.shown))
        })
    }

    /// Every outbox, to say goodbye.
    pub(super) fn outboxes(&self) -> impl Iterator<Item = &Outbox> {
        self.people.values().map(|signed| &signed.outbox)
    }
}
