//! Files that people send each other in chats: how they are called and what is told of them.
//!
//! What is in them is no matter of call control; it is kept beside the journal.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{IdError, wire_string};

/// The longest name of a file, in characters: a line of a page.
pub const MAX_FILE_NAME_CHARS: usize = 120;
/// The longest name of a file, in bytes: less than any file system takes.
pub const MAX_FILE_NAME_BYTES: usize = 200;
/// What is longer after a dot is no extension.
const MAX_EXTENSION_CHARS: usize = 16;
/// What a file is called of whose name nothing can be kept.
const NAMELESS: &str = "file";

/// A file, named by the server: the same upload of the same person in the same conversation is
/// always the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u128);

impl FromStr for FileId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const DIGITS: usize = 32;
        check_hex(text, DIGITS)?;
        let number = u128::from_str_radix(text, 16);
        number.map(Self).map_err(|_| IdError::NotHex { digits: DIGITS })
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

wire_string!(FileId, "FileId", "^[0-9a-f]{32}$");

/// The SHA-256 of what is in a file, which says whether all of it has arrived as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash(pub [u8; 32]);

impl FromStr for ContentHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const DIGITS: usize = 64;
        check_hex(text, DIGITS)?;
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..DIGITS).step_by(2)) {
            let digits = u8::from_str_radix(&text[at..at + 2], 16);
            *byte = digits.map_err(|_| IdError::NotHex { digits: DIGITS })?;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

wire_string!(ContentHash, "ContentHash", "^[0-9a-f]{64}$");

fn check_hex(text: &str, digits: usize) -> Result<(), IdError> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let fits = text.len() == digits && text.bytes().all(is_hex);
    if fits { Ok(()) } else { Err(IdError::NotHex { digits }) }
}

/// What a message tells of the file it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileNote {
    /// Which.
    pub file: FileId,
    /// What to call it; as [`file_name`] gives it.
    pub name: String,
    /// What its sender says it is, such as `image/png`.
    pub media_type: String,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of what is in it.
    pub sha256: ContentHash,
    /// What is written beside it; perhaps nothing.
    pub caption: String,
}

/// The name under which a file may be shown and saved anywhere, from what a stranger calls it.
///
/// Of a path the last part; nothing that turns writing around, hides, or means something to a file
/// system; at most [`MAX_FILE_NAME_CHARS`] and [`MAX_FILE_NAME_BYTES`], with the extension kept.
/// A name that is fine comes back unchanged.
pub fn file_name(written: &str) -> String {
    let last = written.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|char| may_stand(*char)).collect();
    let no_edge = |char: char| char == '.' || char.is_whitespace();
    let name = shown.trim_matches(no_edge);
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    let name = if is_reserved(name) { format!("_{name}") } else { name.to_owned() };
    shortened(name)
}

fn may_stand(char: char) -> bool {
    let turns_writing = matches!(char,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hides = matches!(char, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    let means_something = matches!(char, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    !(char.is_control() || turns_writing || hides || means_something)
}

/// Whether a file system of Windows takes it for a device, whatever the extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let port = |prefix: &str| {
        let number = stem.strip_prefix(prefix).and_then(|number| {
            let mut chars = number.chars();
            chars.next().filter(|_| chars.next().is_none())
        });
        number.is_some_and(|number| matches!(number, '0'..='9' | '¹' | '²' | '³'))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || port("COM")
        || port("LPT")
}

/// The name with as much of the part before the extension as there is room for.
fn shortened(name: String) -> String {
    if name.chars().count() <= MAX_FILE_NAME_CHARS && name.len() <= MAX_FILE_NAME_BYTES {
        return name;
    }
    let extension = name.rfind('.').filter(|at| {
        let after = name[*at..].chars().count() - 1;
        *at > 0 && (1..=MAX_EXTENSION_CHARS).contains(&after)
    });
    let (stem, extension) = name.split_at(extension.unwrap_or(name.len()));
    let mut chars = MAX_FILE_NAME_CHARS - extension.chars().count();
    let mut bytes = MAX_FILE_NAME_BYTES - extension.len();
    let mut short = String::new();
    for char in stem.chars() {
        if chars == 0 || char.len_utf8() > bytes {
            break;
        }
        chars -= 1;
        bytes -= char.len_utf8();
        short.push(char);
    }
    let mut short = short.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    short.write_str(extension).expect("a text takes all");
    short
}

/// As much of a file as [`begins_as`] looks at.
pub const HEAD_BYTES: usize = 12;

/// Whether pages show files of this type as pictures.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// Whether a file that begins so can be what is said of it. Pictures begin with the mark of their
/// format; whatever is no picture is only ever saved, and may be anything.
pub fn begins_as(media_type: &str, head: &[u8]) -> bool {
    match media_type {
        "image/png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => head.starts_with(b"\xff\xd8\xff"),
        "image/gif" => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
        "image/webp" => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        _no_picture => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_fine_stays_as_it_is() {
        for name in [
            "a.png",
            "Invoice 2026-11.pdf",
            "Größe & Maß (neu).xlsx",
            "写真.jpeg",
            "archive.tar.gz",
            "👨‍👩‍👧.webp",
            "README",
            "confirm.txt",
            "COM10.txt",
            "a..b",
        ] {
            assert_eq!(file_name(name), name);
        }
    }

    #[test]
    fn of_a_path_only_the_last_part_is_kept() {
        for (written, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\alice\\a.png", "a.png"),
            ("/etc/cron.d/", "file"),
            ("..", "file"),
            ("...", "file"),
            ("a/b\\..", "file"),
            ("..\\..//x.txt", "x.txt"),
            (".bashrc", "bashrc"),
            ("..png", "png"),
        ] {
            assert_eq!(file_name(written), name, "{written:?}");
        }
    }

    #[test]
    fn nothing_hides_turns_writing_around_or_means_something() {
        for (written, name) in [
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{2066}a\u{2069}\u{200e}\u{200f}\u{061c}.txt", "a.txt"),
            ("a\0b\r\nc\u{85}\u{7f}.txt", "abc.txt"),
            ("<img src=x onerror=\"a\">.png", "img src=x onerror=a.png"),
            ("a:stream|b?c*.txt", "astreambc.txt"),
            ("line\u{2028}break\u{feff}\u{200b}.txt", "linebreak.txt"),
            (" a.txt . . ", "a.txt"),
            ("\u{a0}\u{3000}a.txt\u{2003}", "a.txt"),
            ("", "file"),
            ("???", "file"),
        ] {
            assert_eq!(file_name(written), name, "{written:?}");
        }
    }

    #[test]
    fn what_is_a_device_somewhere_is_a_file_everywhere() {
        for (written, name) in [
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("Aux .tar.gz", "_Aux .tar.gz"),
            ("com1", "_com1"),
            ("LPT9.log", "_LPT9.log"),
            ("COM².x", "_COM².x"),
            ("conout$.txt", "_conout$.txt"),
        ] {
            assert_eq!(file_name(written), name, "{written:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_keeps_its_extension() {
        let ascii = file_name(&format!("{}.png", "a".repeat(500)));
        assert_eq!(ascii, format!("{}.png", "a".repeat(116)));
        let wide = file_name(&format!("{}.jpeg", "写".repeat(500)));
        assert_eq!(wide, format!("{}.jpeg", "写".repeat(65)), "three bytes each");
        let no_extension = file_name(&format!("a.{}", "b".repeat(500)));
        assert_eq!(no_extension, format!("a.{}", "b".repeat(118)));
        let edge = file_name(&format!("{} . {}.txt", "a".repeat(114), "b".repeat(90)));
        assert_eq!(edge, format!("{}.txt", "a".repeat(114)));
    }

    #[test]
    fn whatever_is_written_becomes_a_name_that_stays_as_it_is() {
        let parts = [
            "a",
            ".",
            "..",
            " ",
            "/",
            "\\",
            "CON",
            "nul",
            "\u{202e}",
            "写",
            "👨‍👩‍👧",
            "\0",
            ":",
            "*",
            "x".repeat(130).as_str(),
            "é".repeat(99).as_str(),
            ".tar",
            ".gz",
            "_",
            "COM1",
        ]
        .map(str::to_owned);
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut written = String::new();
            for _ in 0..=state % 6 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                written.push_str(&parts[(state % parts.len() as u64) as usize]);
            }
            let name = file_name(&written);
            assert_eq!(file_name(&name), name, "{written:?}");
            assert!(!name.is_empty() && !name.starts_with('.') && !name.ends_with(['.', ' ']));
            assert!(name.chars().count() <= MAX_FILE_NAME_CHARS && name.len() <= 200, "{name}");
            assert!(
                name.chars().all(may_stand) && !name.contains(['/', '\\']) && !is_reserved(&name)
            );
        }
    }

    #[test]
    fn a_picture_begins_as_its_format_does() {
        let html = b"<html><script>";
        for (media_type, head) in [
            ("image/png", &b"\x89PNG\r\n\x1a\n\0\0\0\r"[..]),
            ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JF"),
            ("image/gif", b"GIF89a"),
            ("image/gif", b"GIF87a"),
            ("image/webp", b"RIFF\x12\0\0\0WEBP"),
        ] {
            assert!(is_picture(media_type) && begins_as(media_type, head), "{media_type}");
            assert!(!begins_as(media_type, html) && !begins_as(media_type, b""), "{media_type}");
        }
        assert!(!is_picture("image/svg+xml") && !is_picture("text/html"));
        assert!(begins_as("text/plain", html), "it is only saved");
    }

    #[test]
    fn ids_and_hashes_round_trip_and_take_nothing_else() {
        let id = "00f0c0ffee00000000000000000000ab";
        assert_eq!(id.parse::<FileId>().unwrap().to_string(), id);
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash.parse::<ContentHash>().unwrap().to_string(), hash);
        for wrong in ["", "ab", &id.to_uppercase(), &format!("+{}", &id[1..]), &format!("{id}0")] {
            assert_eq!(wrong.parse::<FileId>(), Err(IdError::NotHex { digits: 32 }), "{wrong}");
        }
        let wide = format!("{}é", &hash[..62]);
        for wrong in [&hash[1..], &hash.to_uppercase(), &wide, &format!("+{}", &hash[1..])] {
            assert_eq!(wrong.parse::<ContentHash>(), Err(IdError::NotHex { digits: 64 }));
        }
    }
}
