//! Files as they are on the disk: whole or to be gone on with, whatever happens in between.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use call_core::{
    Body, ContentHash, ConversationId, Event, FileId, FileNote, MessageAudience, PersonId, Recorded,
};
use sha2::{Digest as _, Sha256};
use storage::{Begun, FileBounds, FileError, FileStore, Offered, Upload, file_id};
use tempfile::TempDir;

use crate::support::{Place, sent};

const CHAT: ConversationId = ConversationId(7);
const DAY: Duration = Duration::from_hours(24);
const BOUNDS: FileBounds =
    FileBounds { per_conversation: 3, bytes_per_conversation: 1_000_000, keep_free: 0 };

/// A store in a folder that goes away with it.
struct Shelf {
    folder: TempDir,
    store: FileStore,
}

impl Shelf {
    fn new() -> Self {
        Self::with(BOUNDS)
    }

    fn with(bounds: FileBounds) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path(), bounds).unwrap();
        Self { folder, store }
    }

    /// The store as a process finds it that starts after this one was killed.
    fn after_a_crash(self) -> Self {
        let store = FileStore::open(self.folder.path(), BOUNDS).unwrap();
        Self { folder: self.folder, store }
    }

    fn begins(&self, offered: &Offered) -> Upload {
        match self.store.begin(offered).unwrap() {
            Begun::Open(upload) => *upload,
            Begun::Kept => panic!("it is kept already"),
        }
    }

    fn keeps(&self, offered: &Offered, contents: &[u8]) {
        let mut upload = self.begins(offered);
        upload.write(contents).unwrap();
        upload.keep().unwrap();
    }

    fn refuses(&self, offered: &Offered) -> FileError {
        match self.store.begin(offered) {
            Err(error) => error,
            Ok(begun) => panic!("{begun:?}"),
        }
    }

    fn path(&self, offered: &Offered, suffix: &str) -> PathBuf {
        let name = format!("{}{suffix}", offered.note.file);
        self.folder.path().join(offered.conversation.to_string()).join(name)
    }

    /// Everything that lies in the folder of the conversation.
    fn left(&self) -> Vec<String> {
        let Ok(folder) = fs::read_dir(self.folder.path().join("c7")) else { return Vec::new() };
        let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    fn reads(&self, offered: &Offered) -> Vec<u8> {
        let (mut file, bytes) = self.store.read(CHAT, offered.note.file).unwrap().unwrap();
        let mut contents = Vec::new();
        std::io::copy(&mut file, &mut contents).unwrap();
        assert_eq!(contents.len() as u64, bytes);
        contents
    }
}

fn bob() -> PersonId {
    "agent:bob".parse().unwrap()
}

fn offered(upload: &str, contents: &[u8]) -> Offered {
    let note = FileNote {
        file: file_id(CHAT, &bob(), &upload.parse().unwrap()),
        name: "a.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        bytes: contents.len() as u64,
        sha256: ContentHash(Sha256::digest(contents).into()),
        caption: String::new(),
    };
    Offered { conversation: CHAT, by: bob(), audience: MessageAudience::Everyone, note }
}

fn contents(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at % 251) as u8).collect()
}

#[test]
fn the_same_upload_is_the_same_file_and_no_other_is() {
    let id = |chat: u64, by: &str, upload: &str| {
        file_id(ConversationId(chat), &by.parse().unwrap(), &upload.parse().unwrap())
    };
    let file = id(7, "agent:bob", "u-1");
    assert_eq!(id(7, "agent:bob", "u-1"), file);
    for other in [id(8, "agent:bob", "u-1"), id(7, "customer:bob", "u-1"), id(7, "agent:bob", "u")]
    {
        assert_ne!(other, file);
    }
}

#[test]
fn a_file_is_there_when_all_of_it_is_and_not_before() {
    let shelf = Shelf::new();
    let contents = contents(200_000);
    let offer = offered("u-1", &contents);
    let mut upload = shelf.begins(&offer);
    for piece in contents.chunks(30_000) {
        assert!(!upload.is_whole());
        assert!(shelf.store.read(CHAT, offer.note.file).unwrap().is_none());
        assert_eq!(shelf.store.find(CHAT, offer.note.file).unwrap(), None);
        upload.write(piece).unwrap();
    }
    upload.keep().unwrap();
    assert_eq!(shelf.reads(&offer), contents);
    assert_eq!(shelf.store.find(CHAT, offer.note.file).unwrap(), Some(offer.clone()));
    assert!(matches!(shelf.store.begin(&offer), Ok(Begun::Kept)));
    assert_eq!(shelf.store.find(ConversationId(8), offer.note.file).unwrap(), None);
}

#[test]
fn what_was_written_before_a_kill_is_gone_on_with_whatever_the_process_knew() {
    let contents = contents(200_000);
    let offer = offered("u-1", &contents);
    for written in [0, 1, 65_536, 150_000, 200_000] {
        let shelf = Shelf::new();
        let mut upload = shelf.begins(&offer);
        upload.write(&contents[..written]).unwrap();
        drop(upload);
        let shelf = shelf.after_a_crash();
        let mut upload = shelf.begins(&offer);
        assert_eq!(upload.written(), written as u64);
        upload.write(&contents[written..]).unwrap();
        upload.keep().unwrap();
        assert_eq!(shelf.reads(&offer), contents, "{written}");
    }
}

#[test]
fn a_kill_amid_what_is_told_of_a_file_begins_it_anew() {
    let contents = contents(1_000);
    let offer = offered("u-1", &contents);
    let shelf = Shelf::new();
    drop(shelf.begins(&offer));
    fs::write(shelf.path(&offer, ".json"), "{\"conver").unwrap();
    fs::write(shelf.path(&offer, ".part"), &contents[..500]).unwrap();
    let shelf = shelf.after_a_crash();
    let upload = shelf.begins(&offer);
    assert_eq!(upload.written(), 0, "nobody knows what it was of");
    drop(upload);
    shelf.keeps(&offer, &contents);
}

#[test]
fn what_is_damaged_or_too_long_on_the_disk_is_never_kept() {
    let contents = contents(1_000);
    let offer = offered("u-1", &contents);
    let shelf = Shelf::new();
    drop(shelf.begins(&offer));
    fs::write(shelf.path(&offer, ".part"), [0; 2_000]).unwrap();
    assert_eq!(shelf.begins(&offer).written(), 0, "longer than it can be");
    fs::write(shelf.path(&offer, ".part"), [0; 500]).unwrap();
    let mut upload = shelf.begins(&offer);
    assert_eq!(upload.written(), 500);
    upload.write(&contents[500..]).unwrap();
    assert!(matches!(upload.keep(), Err(FileError::NotAsOffered)));
    assert_eq!(shelf.left(), [""; 0]);
    shelf.keeps(&offer, &contents);
}

#[test]
fn what_is_not_as_offered_is_deleted() {
    let shelf = Shelf::new();
    let html = b"<html>".to_vec();
    let mut picture = offered("u-1", &html);
    picture.note.media_type = "image/gif".to_owned();
    let mut upload = shelf.begins(&picture);
    assert!(matches!(upload.write(&[0; 7]), Err(FileError::NotAsOffered)), "too much");
    upload.write(&html).unwrap();
    assert!(matches!(upload.keep(), Err(FileError::NoSuchPicture)));
    let short = offered("u-2", b"abc");
    let mut upload = shelf.begins(&short);
    upload.write(b"ab").unwrap();
    assert!(matches!(upload.keep(), Err(FileError::NotAsOffered)), "too little");
    let mut upload = shelf.begins(&short);
    upload.write(b"ab").unwrap();
    upload.discard().unwrap();
    assert_eq!(shelf.left(), [""; 0]);
}

#[test]
fn whoever_goes_on_elsewhere_has_it_alone() {
    let shelf = Shelf::new();
    let contents = contents(1_000);
    let offer = offered("u-1", &contents);
    let mut first = shelf.begins(&offer);
    first.write(&contents[..400]).unwrap();
    let mut second = shelf.begins(&offer);
    assert!(matches!(first.write(&contents[400..]), Err(FileError::TakenOver)));
    first.discard().unwrap();
    second.write(&contents[400..]).unwrap();
    second.keep().unwrap();
    assert_eq!(shelf.reads(&offer), contents);
    let late = shelf.store.begin(&offer).unwrap();
    assert!(matches!(late, Begun::Kept));
}

#[test]
fn there_are_no_more_files_than_there_may_be() {
    let shelf = Shelf::new();
    let large = contents(600_000);
    shelf.keeps(&offered("u-1", &large), &large);
    assert!(matches!(shelf.refuses(&offered("u-2", &large)), FileError::TooMany), "too much");
    // What has not arrived yet has its room already.
    drop(shelf.begins(&offered("u-3", &large[..300_000])));
    assert!(matches!(shelf.refuses(&offered("u-4", &large[..200_000])), FileError::TooMany));
    drop(shelf.begins(&offered("u-5", b"abc")));
    assert!(matches!(shelf.refuses(&offered("u-6", b"abc")), FileError::TooMany), "too many");
    drop(shelf.begins(&offered("u-3", &large[..300_000])));
    assert!(matches!(shelf.refuses(&offered("u-1", b"abc")), FileError::Differs));
    let full = Shelf::with(FileBounds { keep_free: u64::MAX, ..BOUNDS });
    assert!(matches!(full.refuses(&offered("u-1", b"abc")), FileError::Full));
    assert_eq!(full.left(), [""; 0]);
}

#[test]
fn a_disk_without_room_loses_nothing_of_what_there_is() {
    let shelf = Shelf::new();
    let contents = contents(1_000);
    let offer = offered("u-1", &contents);
    drop(shelf.begins(&offer));
    fs::remove_file(shelf.path(&offer, ".part")).unwrap();
    std::os::unix::fs::symlink("/dev/full", shelf.path(&offer, ".part")).unwrap();
    let mut upload = shelf.begins(&offer);
    assert!(matches!(upload.write(&contents), Err(FileError::Full)));
    assert_eq!(upload.written(), 0);
    drop(upload);
    fs::remove_file(shelf.path(&offer, ".part")).unwrap();
    shelf.keeps(&offer, &contents);
}

#[test]
fn what_nobody_goes_on_with_for_a_day_is_deleted() {
    let shelf = Shelf::new();
    let offer = offered("u-1", b"abc");
    let mut upload = shelf.begins(&offer);
    upload.write(b"a").unwrap();
    let tomorrow = SystemTime::now() + DAY;
    assert_eq!(shelf.store.examine(CHAT, tomorrow).unwrap().deleted, 0, "it is under way");
    drop(upload);
    assert_eq!(shelf.store.examine(CHAT, SystemTime::now()).unwrap().deleted, 0);
    assert_eq!(shelf.store.conversations().unwrap(), [CHAT]);
    assert_eq!(shelf.store.examine(CHAT, tomorrow).unwrap().deleted, 1);
    assert_eq!(shelf.store.conversations().unwrap(), [], "and its folder with it");
}

#[test]
fn a_file_that_no_message_names_is_deleted_after_a_day_and_one_that_is_named_is_not() {
    let shelf = Shelf::new();
    let (named, forgotten) = (offered("u-1", b"abc"), offered("u-2", b"def"));
    shelf.keeps(&named, b"abc");
    shelf.keeps(&forgotten, b"def");
    let tomorrow = SystemTime::now() + DAY + Duration::from_secs(1);
    assert!(shelf.store.examine(CHAT, SystemTime::now()).unwrap().unsure.is_empty());
    let examined = shelf.store.examine(CHAT, tomorrow).unwrap();
    assert_eq!((examined.unsure.len(), examined.has_named), (2, false));
    shelf.store.settle(CHAT, named.note.file).unwrap();
    assert!(shelf.store.delete_old(CHAT, forgotten.note.file, tomorrow).unwrap());
    let examined = shelf.store.examine(CHAT, tomorrow).unwrap();
    assert_eq!((examined.unsure, examined.has_named), (Vec::<FileId>::new(), true));
    assert_eq!(shelf.reads(&named), b"abc");
    // Whoever never heard that it was kept may still offer it and name it.
    assert!(matches!(shelf.store.begin(&named), Ok(Begun::Kept)));
    assert_eq!(shelf.store.find(CHAT, named.note.file).unwrap(), Some(named));
    // With the last message of its conversation it goes.
    assert_eq!(shelf.store.forget(CHAT, SystemTime::now()).unwrap(), 0, "it is needed now");
    assert_eq!(shelf.store.forget(CHAT, tomorrow + DAY).unwrap(), 1);
    assert_eq!(shelf.store.conversations().unwrap(), []);
}

#[test]
fn what_else_lies_in_the_folder_is_left_alone() {
    let shelf = Shelf::new();
    shelf.keeps(&offered("u-1", b"abc"), b"abc");
    fs::write(shelf.folder.path().join("notes.txt"), "mine").unwrap();
    fs::write(shelf.folder.path().join("c7").join("README"), "mine").unwrap();
    let later = SystemTime::now() + 10 * DAY;
    assert_eq!(shelf.store.conversations().unwrap(), [CHAT]);
    assert_eq!(shelf.store.forget(CHAT, later).unwrap(), 1);
    assert_eq!(shelf.left(), ["README"]);
}

/// Message n of the chat, with this body.
fn with(n: u64, body: Body) -> Recorded {
    let mut recorded = sent(CHAT.0, n);
    if let Event::MessageSent { message, .. } = &mut recorded.event {
        message.body = body;
    }
    recorded
}

#[tokio::test]
async fn the_journal_knows_which_files_messages_carry_and_for_whom() {
    let place = Place::new().await;
    let note = |upload: &str, caption: &str| {
        let note = offered(upload, b"abc").note;
        FileNote { caption: caption.to_owned(), ..note }
    };
    let (first, secret) = (note("u-1", "look"), note("u-2", "between us"));
    let mention = "\"body\":{\"file\":{\"file\":\"00\"}}".to_owned();
    let events = [
        with(1, Body::File(first.clone())),
        with(2, Body::Text(mention)),
        with(3, Body::File(secret.clone())),
        sent(8, 1),
    ];
    place.journal.append(0, &events, &[]).await.unwrap();
    let files =
        async |chat: u64, reader| place.journal.files(ConversationId(chat), reader).await.unwrap();
    assert_eq!(files(7, MessageAudience::Agents).await, [first.clone(), secret]);
    assert_eq!(files(7, MessageAudience::Everyone).await, [first]);
    assert_eq!(files(8, MessageAudience::Agents).await, []);
    for (chat, has) in [(7, true), (8, true), (9, false)] {
        assert_eq!(place.journal.has_messages(ConversationId(chat)).await.unwrap(), has);
    }
}
