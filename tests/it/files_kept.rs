//! Files where they are kept: over a killed server, on a full disk, swept when nobody names them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::chatting::{Chat, names, opens_both};
use crate::files_page::{FilesPage, Paper, lies_there};
use crate::house::House;
use crate::process::Process;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_goes_on_where_its_disk_is() {
    let mut server = Process::starts().await;
    let mut chat = Chat::begins(&server.place).await;
    let paper = Paper::picture(500_000);
    let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
    hers.sends_up_to(&paper, "u-1", 250_000).await;
    server.dies();
    server.starts_again().await;
    for person in [&mut *chat.alice, &mut *chat.bob] {
        person.vanishes();
        person.comes_back().await.unwrap();
    }
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    assert_eq!(hers.sends_up_to(&paper, "u-1", 500_000).await, 250_000);
    let kept = hers.hears().await;
    assert_eq!(kept["type"], "kept");
    // Killed again between the file and its message.
    server.dies();
    server.starts_again().await;
    for person in [&mut *chat.alice, &mut *chat.bob] {
        person.vanishes();
        person.comes_back().await.unwrap();
    }
    alice.is_cut();
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let go = hers.offers(&paper, "u-1").await;
    assert_eq!(go["offset"], 500_000);
    assert_eq!(hers.hears().await, kept);
    let number = names(&mut alice, &chat.id, "m-1", kept["file"].as_str().unwrap(), "everyone");
    let number = number.await["number"].as_u64().unwrap();
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    assert!(his.fetches(number, 0).await == paper.contents);
}

/// Where a file is that has not arrived whole.
fn part(data: &Path, chat: &str, file: &str) -> PathBuf {
    data.join("files").join(chat).join(format!("{file}.part"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_takes_no_file_and_people_go_on_writing() {
    let house = House::opens().await;
    let mut chat = Chat::begins(&house.place).await;
    let paper = Paper::picture(200_000);
    let mut hers = FilesPage::opens(&chat.alice, &chat.id).await;
    let go = hers.offers(&paper, "u-1").await;
    drop(hers);
    // From here on what the file is written to is as full as a disk can be.
    let part = part(house.data(), &chat.id, go["file"].as_str().unwrap());
    std::fs::remove_file(&part).unwrap();
    std::os::unix::fs::symlink("/dev/full", &part).unwrap();
    chat.alice.connects_leg().await.unwrap();
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    assert_eq!(hers.offers(&paper, "u-1").await["offset"], 0);
    hers.pipe.send_binary(&paper.contents[..16_384]).unwrap();
    let refused = hers.hears().await;
    assert_eq!(refused["error"]["code"], "storage_failed", "{refused}");
    alice.writes_all(0..3).await;
    // And when there is room again it goes on.
    std::fs::remove_file(&part).unwrap();
    hers.keeps(&paper, "u-1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_journal_needs_no_file_takes() {
    let house = House::opens_with("files.keep_free_mb = 1000000000").await;
    let chat = Chat::begins(&house.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    hers.is_refused(&Paper::picture(9), "u-1", "storage_failed").await;
    alice.writes_all(0..1).await;
    assert_eq!(lies_there(house.data()), [""; 0]);
}

/// Makes every file look as if nobody had touched it for two days.
fn ages(data: &Path) {
    let before = std::time::SystemTime::now() - Duration::from_hours(48);
    for folder in std::fs::read_dir(data.join("files")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = std::fs::File::options().write(true).open(file.unwrap().path()).unwrap();
            file.set_modified(before).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_behind_is_deleted_and_what_a_message_names_is_not() {
    let mut server = Process::starts().await;
    let mut chat = Chat::begins(&server.place).await;
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let paper = Paper::picture(50_000);
    let number = chat.sends(&mut alice, &mut hers, &paper).await;
    let unnamed = hers.keeps(&Paper::picture(100), "u-2").await;
    hers.sends_up_to(&Paper::picture(100_000), "u-3", 50_000).await;
    server.dies();
    ages(&server.data());
    server.starts_again().await;
    let until = Instant::now() + Duration::from_secs(20);
    while lies_there(&server.data()).len() != 2 {
        assert!(Instant::now() < until, "{:?}", lies_there(&server.data()));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for person in [&mut *chat.alice, &mut *chat.bob] {
        person.vanishes();
        person.comes_back().await.unwrap();
    }
    let mut his = FilesPage::opens(&chat.bob, &chat.id).await;
    assert!(his.fetches(number, 0).await == paper.contents);
    alice.is_cut();
    let (mut alice, mut hers) = opens_both(&chat.alice, &chat.id).await;
    let answer = names(&mut alice, &chat.id, "m-9", &unnamed, "everyone").await;
    assert_eq!(answer["error"]["code"], "no_such_file");
    assert_eq!(
        hers.sends_up_to(&Paper::picture(100_000), "u-3", 100_000).await,
        0,
        "from the start"
    );
    // What is deleted behind everybody's back is told as what it is.
    std::fs::remove_dir_all(server.data().join("files").join(&chat.id)).unwrap();
    his.fetches_nothing(number, "file_gone").await;
}
