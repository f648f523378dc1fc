//! Records of ended conversations.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use call_core::{AgentId, ConversationId, ConversationRecord, TeamId, Time};
use directory::{Directory, may_administer, may_manage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rest;
use super::api::{Api, Operation, of};
use super::body::{Path, id};
use super::by::By;
use super::error::RestError;
use super::whole::unreadable;

/// Records in one answer, unless asked otherwise.
const RECORDS: usize = 100;
/// The most there are in one answer.
const MAX_RECORDS: usize = 1_000;
/// Records looked at for one answer: who asks for few among many goes on from `next`.
const MAX_LOOKED_AT: usize = 10_000;
/// Records read from the store at a time.
const STEP: u32 = 500;

/// Which records, and how.
#[derive(Deserialize)]
struct Wanted {
    limit: Option<usize>,
    before: Option<String>,
    team: Option<TeamId>,
    agent: Option<AgentId>,
    #[serde(default)]
    format: RecordFormat,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordFormat {
    #[default]
    Json,
    Jsonl,
    Csv,
}

/// Some records.
#[derive(Serialize, JsonSchema)]
struct Records {
    /// The latest begun first.
    records: Vec<ConversationRecord>,
    /// What to ask for as `before` to go on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ConversationId>,
}

pub(super) fn routes(api: &mut Api) {
    let about = Operation::says(
        "Records: all for owners, those of their teams for managers, their own for agents",
        of::<Records>,
    );
    let about = about.also(&["text/csv", "application/jsonl"]).with(&[
        ("limit", "At most so many; 100 if absent, 1000 at most"),
        ("before", "Only those that began before this conversation"),
        ("team", "Only those of this team"),
        ("agent", "Only those in which this agent had a seat"),
        ("format", "`json`, `jsonl` (a record per line) or `csv` (an agent's stay per line)"),
    ]);
    api.on(MethodFilter::GET, "/v1/admin/records", list, &about);
    let about = Operation::says("The record of one conversation", of::<ConversationRecord>);
    api.on(MethodFilter::GET, "/v1/admin/records/{conversation}", show, &about);
}

/// Owners see all, managers what their teams answered, and everybody what they took part in.
fn sees(directory: &Directory, by: &By, record: &ConversationRecord) -> bool {
    let actor = by.actor();
    let manages = |team| may_manage(directory, &actor, team);
    may_administer(directory, &actor)
        || record.agents.contains(&by.0)
        || record.team.as_ref().is_some_and(manages)
}

impl Wanted {
    fn names(&self, record: &ConversationRecord) -> bool {
        self.team.as_ref().is_none_or(|team| record.team.as_ref() == Some(team))
            && self.agent.as_ref().is_none_or(|agent| record.agents.contains(agent))
    }
}

async fn list(
    State(rest): State<Rest>,
    by: By,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, RestError> {
    let Query(wanted) = wanted.map_err(unreadable)?;
    let before = wanted.before.as_deref().map(id::<ConversationId>).transpose()?;
    let found = find(&rest, &by, &wanted, before).await?;
    Ok(match wanted.format {
        RecordFormat::Json => Json(found).into_response(),
        RecordFormat::Jsonl => {
            ([(CONTENT_TYPE, "application/jsonl")], lines(&found.records)).into_response()
        }
        RecordFormat::Csv => {
            ([(CONTENT_TYPE, "text/csv; charset=utf-8")], csv(&found.records)).into_response()
        }
    })
}

async fn find(
    rest: &Rest,
    by: &By,
    wanted: &Wanted,
    mut before: Option<ConversationId>,
) -> Result<Records, RestError> {
    let directory = rest.office.directory();
    let most = wanted.limit.unwrap_or(RECORDS).clamp(1, MAX_RECORDS);
    let mut records = Vec::new();
    let mut looked_at = 0;
    loop {
        let page = rest.office.records(STEP, before).await?;
        let is_last = page.len() < STEP as usize;
        for record in page {
            looked_at += 1;
            before = Some(record.id);
            if wanted.names(&record) && sees(&directory, by, &record) {
                records.push(record);
            }
            if records.len() == most || looked_at == MAX_LOOKED_AT {
                return Ok(Records { records, next: before });
            }
        }
        if is_last {
            return Ok(Records { records, next: None });
        }
    }
}

async fn show(
    State(rest): State<Rest>,
    by: By,
    Path(conversation): Path<String>,
) -> Result<Json<ConversationRecord>, RestError> {
    let record = rest.office.record(id(&conversation)?).await?;
    let seen = record.filter(|record| sees(&rest.office.directory(), &by, record));
    seen.map(Json).ok_or(RestError::NotFound)
}

/// A record per line (jsonlines.org).
fn lines(records: &[ConversationRecord]) -> String {
    let mut text = String::new();
    for record in records {
        text.push_str(&serde_json::to_string(record).expect("a record is plain data"));
        text.push('\n');
    }
    text
}

const COLUMNS: &str = "conversation,medium,team,channel,customer,started_at_ms,answered_at_ms,\
                       ended_at_ms,reason,ended_by,phase,agent,role,joined_at_ms,left_at_ms,\
                       ring_ms,talk_ms,hold_ms,consult_ms,lost_ms,wrap_up_ms";

/// A line per stay of an agent (RFC 4180), and one for a conversation that no agent was in. No
/// field holds a comma, a quote or a line break: all are ids, words and numbers. An id that a
/// spreadsheet would take for a formula is made a text.
fn csv(records: &[ConversationRecord]) -> String {
    let mut text = format!("{COLUMNS}\r\n");
    for record in records {
        let head = [
            record.id.to_string(),
            word(&record.medium),
            optional(record.team.as_ref()),
            optional(record.channel.as_ref()),
            optional(record.customer.as_ref()),
            record.started_at.0.to_string(),
            moment(record.answered_at),
            record.ended_at.0.to_string(),
            word(&record.reason),
            record.ended_by.to_string(),
            word(&record.phase),
        ]
        .join(",");
        if record.segments.is_empty() {
            write!(text, "{head},,,,,,,,,,\r\n").expect("a text takes all");
        }
        for stay in &record.segments {
            let (agent, role) = (text_cell(stay.agent.to_string()), word(&stay.role));
            let (joined, left) = (stay.joined_at.0, moment(stay.ended_at));
            let times = [
                stay.ring_ms,
                stay.talk_ms,
                stay.hold_ms,
                stay.consult_ms,
                stay.lost_ms,
                stay.wrap_up_ms,
            ];
            let times = times.map(|time| time.to_string()).join(",");
            write!(text, "{head},{agent},{role},{joined},{left},{times}\r\n")
                .expect("a text takes all");
        }
    }
    text
}

/// The word that stands for it in JSON.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        // An enum with something in it: its name is the key.
        Ok(serde_json::Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
        Ok(_) | Err(_) => String::new(),
    }
}

fn optional<T: ToString>(value: Option<&T>) -> String {
    value.map(|value| text_cell(value.to_string())).unwrap_or_default()
}

/// A cell that begins with one of these is reckoned with by spreadsheets; an apostrophe before it
/// says that it is a text.
fn text_cell(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn moment(at: Option<Time>) -> String {
    at.map(|at| at.0.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::text_cell;

    #[test]
    fn no_spreadsheet_takes_an_id_for_a_formula() {
        for (id, cell) in [("-2-3", "'-2-3"), ("support", "support"), (".a", ".a"), ("", "")] {
            assert_eq!(text_cell(id.to_owned()), cell);
        }
        assert_eq!(text_cell("=HYPERLINK(\"x\")".to_owned()), "'=HYPERLINK(\"x\")");
    }
}
