//! Passwords everybody tries first, of those that are long enough to pass for one.

/// In lower case. Short on purpose: what guards an account against guessing is the length and the
/// limit on tries; this keeps out only what is tried before anything else.
const COMMON: [&str; 36] = [
    "000000000000",
    "111111111111",
    "123123123123",
    "1234567890123",
    "123456789012",
    "123456789123",
    "1234567890qwertyuiop",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
    "administrator",
    "adminadminadmin",
    "asdfghjkl123",
    "changemenow1",
    "changemechangeme",
    "contact centre",
    "contactcenter",
    "contactcentre",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmeinletmein",
    "passw0rd1234",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "q1w2e3r4t5y6",
    "qwerty123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiop[]",
    "qwertyuiopasdfghjkl",
    "welcome12345",
];

/// Whether the password is among the first that anybody would try.
pub(super) fn is_common(lower: &str) -> bool {
    let mut chars = lower.chars();
    let first = chars.next();
    COMMON.contains(&lower) || chars.all(|c| Some(c) == first)
}
