//! `[prompts]`: the operator's own sounds, as written and as meant.

use std::collections::BTreeMap;
use std::path::PathBuf;

use call_core::TeamId;
use serde::Deserialize;

use super::check::Check;

/// Places are told one by one up to here, and then in full tens.
const ONE_BY_ONE: usize = 10;

/// `[prompts]`, and in it `[prompts.team.ID]`, as written: files, or `"off"`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// What a held or waiting customer hears over and over.
    pub music: Option<String>,
    /// Said when a call begins.
    pub welcome: Option<String>,
    /// Said when a customer is alone: its agent was lost, has handed it over or could not keep it.
    pub please_wait: Option<String>,
    /// Said to who waits, by the place in the queue.
    pub place: BTreeMap<String, String>,
    /// Said to who waits at a place that `place` does not name.
    pub far_behind: Option<String>,
    /// Said after the place, by minutes: the first that are at least what is estimated.
    pub wait: BTreeMap<String, String>,
    /// What is other for single teams.
    pub team: BTreeMap<String, Self>,
}

/// A prompt that was chosen: a sound, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt<S> {
    /// Nothing is said.
    Off,
    /// This is.
    Sound(S),
}

/// What was chosen for everybody, or for a team; what was not is another's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptSet<S> {
    /// What a held or waiting customer hears over and over.
    pub music: Option<S>,
    /// Said when a call begins.
    pub welcome: Option<Prompt<S>>,
    /// Said when a customer is alone.
    pub please_wait: Option<Prompt<S>>,
    /// Said to who waits, by the place in the queue.
    pub places: BTreeMap<usize, Prompt<S>>,
    /// Said at any other place.
    pub far_behind: Option<Prompt<S>>,
    /// Said after the place, by minutes.
    pub waits: BTreeMap<u64, Prompt<S>>,
}

/// The operator's own sounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompts {
    /// For everybody.
    pub common: PromptSet<PathBuf>,
    /// For who calls a team.
    pub teams: BTreeMap<TeamId, PromptSet<PathBuf>>,
}

impl<S> Default for PromptSet<S> {
    fn default() -> Self {
        Self {
            music: None,
            welcome: None,
            please_wait: None,
            places: BTreeMap::new(),
            far_behind: None,
            waits: BTreeMap::new(),
        }
    }
}

impl<S: Copy> PromptSet<S> {
    /// What is said at a place, as far as it was chosen here.
    pub fn place(&self, place: usize) -> Option<Prompt<S>> {
        self.places.get(&place).copied().or(self.far_behind)
    }

    /// What is said of a wait of so many minutes, as far as it was chosen here.
    pub fn wait(&self, minutes: u64) -> Option<Prompt<S>> {
        self.waits.range(minutes..).next().map(|(_, prompt)| *prompt)
    }
}

/// What `[prompts]` means.
pub(super) fn prompts(check: &mut Check, written: &File) -> Prompts {
    let common = set(check, "prompts", written);
    let mut teams = BTreeMap::new();
    for (id, written) in &written.team {
        let key = format!("prompts.team.{id}");
        let Some(team) = check.team(&key, id) else { continue };
        if !written.team.is_empty() {
            check.wrong(format!("{key}.team"), "a team has no teams");
        }
        teams.insert(team, set(check, &key, written));
    }
    Prompts { common, teams }
}

fn set(check: &mut Check, key: &str, written: &File) -> PromptSet<PathBuf> {
    if written.music.as_deref() == Some("off") {
        check.wrong(format!("{key}.music"), "cannot be off: silence sounds like a dead line");
    }
    let places = numbered::<usize>(check, &format!("{key}.place"), &written.place);
    for place in places.keys() {
        if *place > ONE_BY_ONE && !place.is_multiple_of(10) {
            let text = "is never told: places are told one by one up to 10 and then in full tens";
            check.wrong(format!("{key}.place.{place}"), text);
        }
    }
    PromptSet {
        music: written.music.as_ref().map(PathBuf::from),
        welcome: written.welcome.as_deref().map(prompt),
        please_wait: written.please_wait.as_deref().map(prompt),
        places,
        far_behind: written.far_behind.as_deref().map(prompt),
        waits: numbered(check, &format!("{key}.wait"), &written.wait),
    }
}

fn prompt(written: &str) -> Prompt<PathBuf> {
    if written == "off" { Prompt::Off } else { Prompt::Sound(PathBuf::from(written)) }
}

/// Prompts by places or minutes, which are counted from 1.
fn numbered<N: Ord + Default + std::str::FromStr>(
    check: &mut Check,
    key: &str,
    written: &BTreeMap<String, String>,
) -> BTreeMap<N, Prompt<PathBuf>> {
    let mut prompts = BTreeMap::new();
    for (number, file) in written {
        match number.parse::<N>() {
            Ok(number) if number > N::default() => {
                prompts.insert(number, prompt(file));
            }
            Ok(_) | Err(_) => check.wrong(format!("{key}.{number}"), "is not a number from 1 on"),
        }
    }
    prompts
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Problem};
    use super::*;

    fn read(text: &str) -> Result<Prompts, Vec<Problem>> {
        Config::from_file(toml::from_str(text).unwrap()).map(|config| config.prompts)
    }

    fn sound(file: &str) -> Prompt<PathBuf> {
        Prompt::Sound(PathBuf::from(file))
    }

    #[test]
    fn prompts_are_what_is_written_for_everybody_and_for_teams() {
        let prompts = read(
            r#"
            [prompts]
            music = "music.wav"
            welcome = "welcome.wav"
            place = { 1 = "next.wav", 20 = "patience.wav" }
            wait = { 1 = "soon.wav" }
            [prompts.team.support]
            welcome = "off"
            far_behind = "queue.opus"
            "#,
        )
        .unwrap();
        assert_eq!(prompts.common.music, Some(PathBuf::from("music.wav")));
        assert_eq!(prompts.common.places[&20], sound("patience.wav"));
        assert_eq!(prompts.common.waits[&1], sound("soon.wav"));
        let support = &prompts.teams[&"support".parse::<TeamId>().unwrap()];
        assert_eq!(support.welcome, Some(Prompt::Off));
        assert_eq!((&support.music, &support.please_wait), (&None, &None));
    }

    #[test]
    fn a_place_or_a_wait_without_its_own_prompt_has_the_next_best() {
        let mut set = PromptSet { far_behind: Some(Prompt::Sound("far")), ..PromptSet::default() };
        set.places.insert(1, Prompt::Sound("next"));
        assert_eq!(set.place(1), Some(Prompt::Sound("next")));
        assert_eq!(set.place(2), Some(Prompt::Sound("far")));
        set.waits.extend([(2, Prompt::Sound("two")), (10, Prompt::Sound("ten"))]);
        let told = [1, 2, 3, 10, 11].map(|minutes| set.wait(minutes));
        let (two, ten) = (Some(Prompt::Sound("two")), Some(Prompt::Sound("ten")));
        assert_eq!(told, [two, two, ten, ten, None]);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let problems = read(
            r#"
            [prompts]
            music = "off"
            place = { 0 = "a.wav", first = "b.wav", 11 = "c.wav" }
            [prompts.team."no team"]
            [prompts.team.support.team.billing]
            "#,
        )
        .unwrap_err();
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "prompts.music",
                "prompts.place.0",
                "prompts.place.first",
                "prompts.place.11",
                "prompts.team.no team",
                "prompts.team.support.team",
            ]
        );
    }
}
