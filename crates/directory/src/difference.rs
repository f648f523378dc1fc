//! What call control has to be told after the directory changed, whoever changed it.

use call_core::AgentId;

use crate::directory::Directory;
use crate::noun::Agent;

/// How a directory differs from one before it, as far as it concerns calls that are going on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Agents who work here and whose name or rights are others than before, or who are back.
    /// Those who are new are not told: call control meets them when they sign in.
    pub changed: Vec<AgentId>,
    /// Agents who work here no longer.
    pub removed: Vec<AgentId>,
    /// Whether anything about any team or channel is different.
    pub settings: bool,
}

impl Differences {
    /// Between the one and the other.
    pub fn between(before: &Directory, after: &Directory) -> Self {
        let is_active = |agent: &&Agent| agent.is_active();
        let same = |before: &Agent, after: &Agent| {
            before.is_active() && before.name == after.name && before.teams == after.teams
        };
        let differs =
            |agent: &&Agent| before.agent(&agent.id).is_some_and(|known| !same(known, agent));
        let gone = |agent: &&Agent| after.active_agent(&agent.id).is_none();
        let ids = |agent: &Agent| agent.id.clone();
        Self {
            changed: after.agents().filter(is_active).filter(differs).map(ids).collect(),
            removed: before.agents().filter(is_active).filter(gone).map(ids).collect(),
            settings: !before.teams().eq(after.teams()) || !before.channels().eq(after.channels()),
        }
    }
}
