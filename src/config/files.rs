//! What people may send each other in chats.

use signaling::files::{AHEAD_BYTES, CHUNK_BYTES, FilesLimits};
use storage::FileBounds;

use super::check::Check;
use super::file;

const MB: u64 = 1024 * 1024;
/// The longest type there is.
const LONGEST_TYPE: usize = 127;

/// What is taken unless said otherwise: pictures, what offices write, and what telephones record.
const TYPES: [&str; 17] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "video/mp4",
];

/// What people may send each other.
#[derive(Debug, Clone)]
pub struct Files {
    /// What a page is told.
    pub limits: FilesLimits,
    /// How much of it is kept.
    pub bounds: FileBounds,
}

pub(super) fn files(check: &mut Check, written: &file::Files) -> Files {
    let mb = |written: Option<u64>, default: u64| written.unwrap_or(default).saturating_mul(MB);
    let types = match &written.types {
        Some(types) => types.iter().map(|written| media_type(check, written)).collect(),
        None => TYPES.map(str::to_owned).into(),
    };
    let bytes = mb(written.max_mb, 25);
    let bounds = FileBounds {
        per_conversation: written.max_per_chat.unwrap_or(100),
        bytes_per_conversation: mb(written.max_mb_per_chat, 250),
        keep_free: mb(written.keep_free_mb, 512),
    };
    if bytes > bounds.bytes_per_conversation {
        check.wrong("files.max_mb", "is more than files.max_mb_per_chat");
    }
    let (chunk_bytes, ahead_bytes) = (CHUNK_BYTES as u64, AHEAD_BYTES);
    Files { limits: FilesLimits { bytes, types, chunk_bytes, ahead_bytes }, bounds }
}

fn media_type(check: &mut Check, written: &str) -> String {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    let name = |name: &str| !name.is_empty() && name.bytes().all(may_stand);
    let fits = written.len() <= LONGEST_TYPE
        && written.split_once('/').is_some_and(|(kind, of)| name(kind) && name(of));
    if !fits {
        check.wrong("files.types", format!("`{written}` is no media type such as image/png"));
    }
    written.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, File};

    fn read(text: &str) -> Result<super::Files, Vec<String>> {
        let file: File = toml::from_str(text).unwrap();
        let config = Config::from_file(file);
        config
            .map(|config| config.files)
            .map_err(|problems| problems.into_iter().map(|problem| problem.key).collect())
    }

    #[test]
    fn files_are_taken_as_the_operator_says() {
        let files = read("").unwrap();
        assert_eq!(files.limits.bytes, 25 * 1024 * 1024);
        assert!(files.limits.types.contains(&"image/png".to_owned()));
        let files = read("files = { max_mb = 0, types = [\"Application/X-Log\"] }").unwrap();
        assert_eq!(files.limits.bytes, 0);
        assert_eq!(files.limits.types, ["application/x-log"]);
        assert_eq!(read("files.max_mb = 251").unwrap_err(), ["files.max_mb"]);
        for wrong in ["png", "image/", "/png", "image/png; q=1", "a b/c"] {
            let problems = read(&format!("files.types = [\"{wrong}\"]")).unwrap_err();
            assert_eq!(problems, ["files.types"], "{wrong}");
        }
    }
}
