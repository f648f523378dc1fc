//! Everything that is played to people: what ships with the program, and the operator's own files,
//! read and encoded once at start. Whoever hears any of it later costs no encoding.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use call_core::TeamId;
use call_core::conversation::Announced;
use media::ClipId;
use media_core::Micros;
use media_core::clip::{Clip, Recording};

use crate::config::{Problem, Prompt, PromptSet, Prompts};

/// What ships with the program; `assets/README.md` says how it was made.
const MUSIC: &[u8] = include_bytes!("../assets/hold-music.opus");
const RINGBACK: &[u8] = include_bytes!("../assets/ringback.opus");
const PLEASE_WAIT: &[u8] = include_bytes!("../assets/please-wait.opus");
const FAR_BEHIND: &[u8] = include_bytes!("../assets/far-behind.opus");
/// As many notes as places.
const PLACES: [&[u8]; 5] = [
    include_bytes!("../assets/place-1.opus"),
    include_bytes!("../assets/place-2.opus"),
    include_bytes!("../assets/place-3.opus"),
    include_bytes!("../assets/place-4.opus"),
    include_bytes!("../assets/place-5.opus"),
];

/// Largest file read: ten minutes of a CD in 24 bits are 159 MB.
const MAX_FILE_BYTES: u64 = 160 << 20;
/// Longest music: it takes 3.6 MB in memory, and some 3 s and 320 MB to read and encode at a start.
const LONGEST_MUSIC: Micros = Micros::from_millis(600_000);
/// Longest prompt: whoever waits wants music, and news is not told before a prompt has ended.
const LONGEST_PROMPT: Micros = Micros::from_millis(60_000);

const MINUTE_MS: u64 = 60_000;

/// What a customer is told by ear, and not yet in which words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// That the call is welcome.
    pub(crate) welcome: bool,
    /// That it is alone for now and should hold the line.
    pub(crate) please_wait: bool,
    /// Its place and about how long it will be.
    pub(crate) wait: Option<Announced>,
}

impl Words {
    /// These words with later ones: news of the same kind replaces the older.
    pub(crate) fn and(self, later: Self) -> Self {
        Self {
            welcome: self.welcome || later.welcome,
            please_wait: self.please_wait || later.please_wait,
            wait: later.wait.or(self.wait),
        }
    }
}

/// Every clip there is, and which is played when.
#[derive(Debug, Clone)]
pub struct Sounds {
    clips: Vec<Arc<Clip>>,
    ringback: ClipId,
    music: ClipId,
    shipped: PromptSet<ClipId>,
    common: PromptSet<ClipId>,
    teams: BTreeMap<TeamId, PromptSet<ClipId>>,
}

impl Sounds {
    /// Reads and encodes all that the operator chose.
    ///
    /// # Errors
    /// Every file that cannot be used, with the reason.
    pub fn load(prompts: &Prompts) -> Result<Self, Vec<Problem>> {
        let mut studio = Studio::default();
        let (music, ringback) = (studio.shipped(MUSIC), studio.shipped(RINGBACK));
        let mut shipped = PromptSet {
            please_wait: Some(Prompt::Sound(studio.shipped(PLEASE_WAIT))),
            far_behind: Some(Prompt::Sound(studio.shipped(FAR_BEHIND))),
            ..PromptSet::default()
        };
        for (place, file) in (1..).zip(PLACES) {
            shipped.places.insert(place, Prompt::Sound(studio.shipped(file)));
        }
        let common = studio.set("prompts", &prompts.common);
        let teams = prompts.teams.iter();
        let teams = teams
            .map(|(id, set)| (id.clone(), studio.set(&format!("prompts.team.{id}"), set)))
            .collect();
        let Studio { clips, problems, .. } = studio;
        if problems.is_empty() {
            Ok(Self { clips, ringback, music, shipped, common, teams })
        } else {
            Err(problems)
        }
    }

    /// The clips, in the places by which they are known here.
    pub(crate) fn clips(&self) -> Vec<Arc<Clip>> {
        self.clips.clone()
    }

    /// What an agent hears while somebody is rung for it.
    pub(crate) fn ringback(&self) -> ClipId {
        self.ringback
    }

    /// What a held or waiting customer of a team hears.
    pub(crate) fn music(&self, team: Option<&TeamId>) -> ClipId {
        self.chosen(team, |set| set.music).unwrap_or(self.music)
    }

    /// The clips that say something to a customer of a team.
    pub(crate) fn say(&self, team: Option<&TeamId>, words: Words) -> Vec<ClipId> {
        let Words { welcome, please_wait, wait } = words;
        let minutes = wait.and_then(|wait| wait.estimated_wait_ms).map(|ms| ms.div_ceil(MINUTE_MS));
        let said = [
            welcome.then(|| self.chosen(team, |set| set.welcome)),
            please_wait.then(|| self.chosen(team, |set| set.please_wait)),
            wait.map(|wait| self.chosen(team, |set| set.place(wait.position))),
            minutes.map(|minutes| self.chosen(team, |set| set.wait(minutes))),
        ];
        let sound = |prompt| match prompt {
            Prompt::Sound(clip) => Some(clip),
            Prompt::Off => None,
        };
        said.into_iter().flatten().flatten().filter_map(sound).collect()
    }

    /// The first choice there is: the team's, everybody's, what ships with the program.
    fn chosen<T>(
        &self,
        team: Option<&TeamId>,
        choice: impl Fn(&PromptSet<ClipId>) -> Option<T>,
    ) -> Option<T> {
        let own = team.and_then(|team| self.teams.get(team));
        own.into_iter().chain([&self.common, &self.shipped]).find_map(choice)
    }
}

/// What a file is made: a round that never ends, or words said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Made {
    Round,
    Words,
}

/// Where files are made clips, each once however often it is named.
#[derive(Debug, Default)]
struct Studio {
    clips: Vec<Arc<Clip>>,
    known: BTreeMap<(PathBuf, Made), ClipId>,
    problems: Vec<Problem>,
}

impl Studio {
    fn shipped(&mut self, file: &[u8]) -> ClipId {
        self.keep(Clip::from_ogg(file).expect("what ships with the program is tested"))
    }

    fn keep(&mut self, clip: Clip) -> ClipId {
        self.clips.push(Arc::new(clip));
        ClipId(self.clips.len() - 1)
    }

    fn set(&mut self, key: &str, set: &PromptSet<PathBuf>) -> PromptSet<ClipId> {
        let PromptSet { music, welcome, please_wait, places, far_behind, waits } = set;
        let mut words = |name: String, prompt: &Prompt<PathBuf>| match prompt {
            Prompt::Off => Prompt::Off,
            Prompt::Sound(file) => {
                Prompt::Sound(self.file(format!("{key}.{name}"), file, Made::Words))
            }
        };
        let mut one = |name: &str, prompt: &Option<Prompt<PathBuf>>| {
            prompt.as_ref().map(|prompt| words(name.to_owned(), prompt))
        };
        let (welcome, please_wait) = (one("welcome", welcome), one("please_wait", please_wait));
        let far_behind = one("far_behind", far_behind);
        let places = places.iter();
        let places =
            places.map(|(place, file)| (*place, words(format!("place.{place}"), file))).collect();
        let waits = waits.iter();
        let waits = waits
            .map(|(minutes, file)| (*minutes, words(format!("wait.{minutes}"), file)))
            .collect();
        let music = music.as_ref();
        let music = music.map(|file| self.file(format!("{key}.music"), file, Made::Round));
        PromptSet { music, welcome, please_wait, places, far_behind, waits }
    }

    /// A file as a clip. Where it cannot be one the problem is noted, and any clip stands in: none
    /// is played then.
    fn file(&mut self, key: String, file: &Path, made: Made) -> ClipId {
        let known = (file.to_owned(), made);
        if let Some(clip) = self.known.get(&known) {
            return *clip;
        }
        let clip = match make(file, made) {
            Ok(clip) => self.keep(clip),
            Err(error) => {
                let text = format!("cannot use {}: {error:#}", file.display());
                self.problems.push(Problem { key, text });
                ClipId(0)
            }
        };
        self.known.insert(known, clip);
        clip
    }
}

fn make(file: &Path, made: Made) -> anyhow::Result<Clip> {
    let about = std::fs::metadata(file).context("cannot be read")?;
    if !about.is_file() {
        bail!("is not a file");
    }
    if about.len() > MAX_FILE_BYTES {
        bail!("is larger than {} MB", MAX_FILE_BYTES >> 20);
    }
    let bytes = std::fs::read(file).context("cannot be read")?;
    Ok(match made {
        Made::Round => Clip::of_round(&Recording::read(&bytes, LONGEST_MUSIC)?)?,
        Made::Words => Clip::of_words(&Recording::read(&bytes, LONGEST_PROMPT)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(position: usize, minutes: u64) -> Words {
        let wait = Announced { position, estimated_wait_ms: Some(minutes * MINUTE_MS) };
        Words { wait: Some(wait), ..Words::default() }
    }

    fn sound(clip: usize) -> Prompt<ClipId> {
        Prompt::Sound(ClipId(clip))
    }

    #[test]
    fn without_any_file_places_are_told_in_notes() {
        let sounds = Sounds::load(&Prompts::default()).unwrap();
        let length = |words| {
            let said = sounds.say(None, words);
            said.iter().map(|clip| sounds.clips[clip.0].duration().0).sum::<u64>()
        };
        let places: Vec<u64> = (1..=5).map(|place| length(wait(place, 3))).collect();
        assert!(places.is_sorted_by(|nearer, further| nearer < further), "{places:?}");
        assert_eq!(length(wait(6, 3)), length(wait(40, 3)));
        assert!(length(Words { please_wait: true, ..Words::default() }) > 0);
        assert_eq!(length(Words { welcome: true, ..Words::default() }), 0);
        assert_ne!(sounds.music(None), sounds.ringback());
    }

    #[test]
    fn a_team_speaks_in_its_own_words_then_in_everybodys() {
        let team: TeamId = "support".parse().unwrap();
        let mut sounds = Sounds::load(&Prompts::default()).unwrap();
        sounds.common.welcome = Some(sound(100));
        sounds.common.waits.insert(5, sound(105));
        let mut own = PromptSet { welcome: Some(Prompt::Off), ..PromptSet::default() };
        own.music = Some(ClipId(200));
        own.places.insert(1, sound(201));
        own.please_wait = Some(sound(202));
        sounds.teams.insert(team.clone(), own);

        let words = Words { welcome: true, please_wait: true, ..wait(1, 4) };
        assert_eq!(sounds.say(Some(&team), words), [ClipId(202), ClipId(201), ClipId(105)]);
        let others = sounds.say(None, words);
        assert_eq!((others[0], others.len()), (ClipId(100), 4));
        assert_eq!(others[3], ClipId(105));
        assert_eq!(sounds.say(Some(&team), wait(1, 6)), [ClipId(201)], "longer than any prompt");
        assert_eq!((sounds.music(Some(&team)), sounds.music(None)), (ClipId(200), sounds.music));
    }

    #[test]
    fn an_announcement_is_never_more_than_can_be_said() {
        let words = Words { welcome: true, please_wait: true, ..wait(1, 1) };
        let mut sounds = Sounds::load(&Prompts::default()).unwrap();
        sounds.common.welcome = Some(sound(0));
        sounds.common.waits.insert(1, sound(0));
        assert_eq!(sounds.say(None, words).len(), media_core::clip::MOST_SAID);
    }
}
