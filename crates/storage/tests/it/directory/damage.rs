use storage::DirectoryError;

use super::office::{amend, set_password, sign_in, with_bob};
use crate::support::Place;

#[tokio::test]
async fn a_changed_entry_is_named() {
    for (change, damaged) in [
        ("UPDATE agent SET body = replace(body, 'answer', 'manage')", "agent bob"),
        ("UPDATE agent SET password = replace(password, 'm=19456', 'm=8')", "agent bob"),
        ("UPDATE agent SET password = NULL", "agent bob"),
        ("UPDATE agent SET body = CAST(x'ff00fe' AS TEXT)", "agent bob"),
        ("UPDATE agent SET id = 'eve'", "agent eve"),
        ("UPDATE team SET checksum = checksum + 1", "team support"),
        ("UPDATE team SET body = substr(body, 1, 9)", "team support"),
        ("DELETE FROM team", "directory"),
    ] {
        let place = Place::new().await;
        with_bob(&place.journal).await;
        amend(&place.journal, &[set_password("bob")]).await.unwrap();
        place.tamper(change).await;
        let damage = place.journal.load_directory().await.unwrap_err();
        let DirectoryError::Corrupt { entry, .. } = damage else { panic!("{change}: {damage}") };
        assert_eq!(entry, damaged, "{change}");
    }
}

#[tokio::test]
async fn a_changed_row_of_the_audit_is_named_by_its_number() {
    for change in [
        "UPDATE audit SET actor = 'agent:eve'",
        "UPDATE audit SET at_ms = at_ms + 1",
        "UPDATE audit SET body = replace(body, 'bob', 'eve')",
    ] {
        let place = Place::new().await;
        with_bob(&place.journal).await;
        place.tamper(change).await;
        let damage = place.journal.audit(10, None).await.unwrap_err();
        assert!(damage.to_string().contains("row 1 of the audit"), "{damage}");
    }
}

#[tokio::test]
async fn the_file_holds_nothing_to_sign_in_with() {
    let place = Place::new().await;
    with_bob(&place.journal).await;
    amend(&place.journal, &[set_password("bob")]).await.unwrap();
    let token = sign_in(&place.journal, 1, super::office::NOW).await;
    let secret = &super::office::random(1)[16..];
    place.journal.close().await;
    let file = std::fs::read(place.path()).unwrap();
    let holds = |bytes: &[u8]| file.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(b"$argon2id$") && holds(&token.family().0));
    assert!(!holds(b"bread rolls") && !holds(secret) && !holds(token.reveal().as_bytes()));
}
