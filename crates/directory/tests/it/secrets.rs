use call_core::Time;
use directory::{
    Agent, Family, Password, PasswordError, Presented, REFRESH_RANDOM_BYTES, RefreshTerms,
    RefreshToken, SALT_BYTES, Verdict,
};

use crate::people::id;

#[test]
fn bob_chooses_a_password_and_signs_in_with_it() {
    let bob = Agent::named(id("bob"), "Bob Baker".parse().unwrap());
    let chosen = Password::chosen("bread rolls at six", &bob).unwrap();
    let stored = chosen.hash([9; SALT_BYTES]).as_str().to_owned();
    let hash = stored.parse().unwrap();
    let signs_in = |text: &str| Password::presented(text).check(Some(&hash));
    assert_eq!(signs_in("bread rolls at six"), Verdict::Right { rehash: false });
    assert_eq!(signs_in("bread rolls at seven"), Verdict::Wrong);
    assert_eq!(Password::chosen("short", &bob).unwrap_err().code(), "password_too_short");
    assert_eq!(Password::chosen("  bob baker 1", &bob).unwrap_err(), PasswordError::ContainsName);
}

#[test]
fn two_agents_with_one_password_have_different_hashes() {
    let password = Password::presented("the same for both");
    assert_ne!(password.hash([1; SALT_BYTES]), password.hash([2; SALT_BYTES]));
}

#[test]
fn a_stolen_token_ends_the_sign_in_of_both() {
    let terms = RefreshTerms::default();
    let random = |n| [n; REFRESH_RANDOM_BYTES];
    let (family, page) = Family::start(id("bob"), random(1), &terms, Time(0));
    let thief: RefreshToken = page.reveal().parse().unwrap();
    let Presented::Rotated { family, token } = family.present(&thief, random(2), &terms, Time(1))
    else {
        panic!("the thief was first")
    };
    assert_eq!(token.family(), page.family());
    assert_eq!(family.present(&page, random(3), &terms, Time(2)), Presented::Reused);
}
