//! What was written in a chat, to be kept by those who were in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use call_core::{ConversationId, Medium, MessageAudience, PersonId, Refusal, TeamId};
use directory::{Actor, Directory, may_administer, may_manage};
use futures_util::stream;
use serde::Deserialize;

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Path, id};
use super::by::Known;
use super::error::RestError;
use super::office::{Denied, Office};
use super::whole::unreadable;
use crate::auth::Person;
use crate::chat::Said;
use crate::driver::Outline;
use crate::protocol::Fault;
use crate::transcript::{
    Clock, CopyFor, Document, Form, Format, Head, PAGE_POLICY, Somebody, utc, writer,
};

/// Which copy, and how.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    format: Format,
    #[serde(default, rename = "for")]
    copy: CopyFor,
    tz: Option<String>,
}

pub(super) fn routes(api: &mut Api) {
    let about = Operation::says(
        "What was written in a chat: for agents who had a seat, those who may read its record, \
         and its customer",
        of::<Document>,
    );
    let about = about.also(&["text/plain", "text/html"]).with(&[
        ("format", "`json`, `text` or `html`; `json` if absent"),
        ("for", "`agents`, with notes, or `customer`: what a customer always gets"),
        ("tz", "The IANA time zone that text and html are to show; UTC if absent"),
    ]);
    let path = "/v1/conversations/{conversation}/transcript";
    api.on(MethodFilter::GET, path, transcript, &about);
}

async fn transcript(
    State(rest): State<Rest>,
    Known(person): Known,
    Path(conversation): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, RestError> {
    let Query(Wanted { format, copy, tz }) = wanted.map_err(unreadable)?;
    let clock = tz.as_deref().map_or(Some(Clock::utc()), Clock::of).ok_or_else(|| {
        RestError::from(Fault::Malformed.because("There is no time zone of that name."))
    })?;
    let conversation = id::<ConversationId>(&conversation)?;
    let outline = outline(&rest, conversation).await?;
    let directory = rest.office.directory();
    let outline = outline.filter(|one| may_read(&directory, &person, conversation, one));
    let outline = outline.ok_or(RestError::NotFound)?;
    if outline.medium != Medium::Chat {
        return Err(RestError::Wire(Refusal::WrongMedium.into()));
    }
    let copy = match person.id {
        PersonId::Agent(_) => copy,
        PersonId::Customer(_) => CopyFor::Customer,
    };
    let of = Of { conversation, copy };
    let survey = Survey::take(&rest.office, of).await?;
    let head = head(&directory, of, outline, &survey);
    let name = format!("attachment; filename=\"chat-{conversation}.{}\"", format.extension());
    let policy = format!("sandbox; {PAGE_POLICY}");
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, name),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let pour = Pour {
        office: Arc::clone(&rest.office),
        of,
        form: format.write(head, clock),
        upto: survey.last,
        left: survey.messages,
        stage: Stage::Head,
    };
    let body = stream::try_unfold(pour, Pour::next);
    Ok((headers, Body::from_stream(body)).into_response())
}

/// What is known of a conversation: by call control, which knows what goes on, or by its record.
pub(super) async fn outline(rest: &Rest, id: ConversationId) -> Result<Option<Outline>, RestError> {
    let known = rest.app.context().door.outline(id).await?;
    match known {
        Some(known) => Ok(Some(known)),
        None => Ok(rest.office.record(id).await?.map(Outline::from)),
    }
}

/// Whose contact it was, who had a seat, and whoever may read its record.
pub(super) fn may_read(
    directory: &Directory,
    person: &Person,
    id: ConversationId,
    outline: &Outline,
) -> bool {
    if person.only_conversation.is_some_and(|only| only != id) {
        return false;
    }
    match &person.id {
        PersonId::Customer(customer) => outline.customer.as_ref() == Some(customer),
        PersonId::Agent(agent) => {
            let actor = Actor::Agent(agent.clone());
            let manages = |team: &TeamId| may_manage(directory, &actor, team);
            outline.agents.contains(agent)
                || may_administer(directory, &actor)
                || outline.team.as_ref().is_some_and(manages)
        }
    }
}

/// Which messages.
#[derive(Clone, Copy)]
struct Of {
    conversation: ConversationId,
    copy: CopyFor,
}

impl Of {
    async fn read(self, office: &Arc<dyn Office>, after: u64) -> Result<Vec<Said>, Denied> {
        let audience = match self.copy {
            CopyFor::Agents => MessageAudience::Agents,
            CopyFor::Customer => MessageAudience::Everyone,
        };
        office.written(self.conversation, audience, after).await
    }
}

/// What a look at every message says: that all can be read, who wrote, and how many there are.
#[derive(Default)]
struct Survey {
    /// The number of the last one.
    last: u64,
    messages: u64,
    /// By what names. As many as had a seat.
    writers: BTreeMap<PersonId, String>,
}

impl Survey {
    /// Looks before anything is sent: what cannot be read is told in place of half a document.
    async fn take(office: &Arc<dyn Office>, of: Of) -> Result<Self, Denied> {
        let mut survey = Self::default();
        loop {
            let page = of.read(office, survey.last).await?;
            let Some(last) = page.last() else { return Ok(survey) };
            survey.last = last.message.number;
            survey.messages += page.len() as u64;
            for by in page.iter().filter_map(|said| writer(&said.message)) {
                survey.writers.insert(by.person, by.name);
            }
        }
    }
}

fn head(directory: &Directory, of: Of, outline: Outline, survey: &Survey) -> Head {
    let Of { conversation, copy } = of;
    let Outline { medium, team, customer, agents, names, began_at, ended_at } = outline;
    let named = |id: &PersonId| {
        let listed = || {
            let agent = id.as_agent().and_then(|agent| directory.agent(agent))?;
            Some(agent.name.to_string())
        };
        let name = survey.writers.get(id).or_else(|| names.get(id)).cloned();
        name.or_else(listed).unwrap_or_else(|| match id {
            PersonId::Agent(agent) => agent.to_string(),
            PersonId::Customer(customer) => customer.to_string(),
        })
    };
    let customer = customer.map(PersonId::Customer);
    let seated = agents.into_iter().map(PersonId::Agent);
    // A customer is told of nobody who has not written to it.
    let shown = seated.filter(|id| copy == CopyFor::Agents || survey.writers.contains_key(id));
    let mut people: Vec<PersonId> = customer.into_iter().chain(shown).collect();
    let others: Vec<_> = survey.writers.keys().filter(|id| !people.contains(id)).cloned().collect();
    people.extend(others);
    Head {
        conversation,
        medium,
        team,
        began_at: utc(began_at),
        began_at_ms: began_at,
        ended_at: ended_at.map(utc),
        ended_at_ms: ended_at,
        copy,
        people: people.into_iter().map(|id| Somebody::new(id.clone(), named(&id))).collect(),
    }
}

/// A document on its way to whoever asked, read as far as it is taken.
struct Pour {
    office: Arc<dyn Office>,
    of: Of,
    form: Box<dyn Form>,
    /// The last message that belongs to it: what is written meanwhile is in the next one.
    upto: u64,
    /// How many of its messages are still to come.
    left: u64,
    stage: Stage,
}

enum Stage {
    Head,
    /// Everything up to this number is written.
    Messages(u64),
    Done,
}

/// Why a document ends in the middle, which its client sees as a connection that was cut.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("what was written is kept no longer")]
    Forgotten,
}

impl Pour {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Cut> {
        let piece = match self.stage {
            Stage::Done => return Ok(None),
            Stage::Head => {
                self.stage = Stage::Messages(0);
                self.form.begin()
            }
            Stage::Messages(_) if self.left == 0 => {
                self.stage = Stage::Done;
                self.form.end()
            }
            Stage::Messages(after) => self.messages(after).await?,
        };
        Ok(Some((piece.into(), self)))
    }

    async fn messages(&mut self, after: u64) -> Result<String, Cut> {
        let mut page = self.of.read(&self.office, after).await?;
        page.retain(|said| said.message.number <= self.upto);
        let last = page.last().ok_or(Cut::Forgotten)?;
        self.stage = Stage::Messages(last.message.number);
        self.left = self.left.checked_sub(page.len() as u64).ok_or(Cut::Forgotten)?;
        Ok(page.iter().map(|said| self.form.message(said)).collect())
    }
}
