use std::io::{self, ErrorKind};

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Another file was offered under the same name for the upload.
    #[error("another file was offered under this name")]
    Differs,
    /// The conversation has as many files, or as much in them, as it may.
    #[error("the conversation has no room for another file")]
    TooMany,
    /// It is longer or shorter than it was offered, or has another hash. It is deleted.
    #[error("the file is not what was offered")]
    NotAsOffered,
    /// It is no picture of the type that was offered. It is deleted.
    #[error("the file is no picture of its type")]
    NoSuchPicture,
    /// Somebody else goes on with it.
    #[error("the upload goes on elsewhere")]
    TakenOver,
    /// The disk has no more room for files.
    #[error("the disk has no room for files")]
    Full,
    /// The disk failed.
    #[error("the disk failed")]
    Disk(#[source] io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        let is_full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
        if is_full { Self::Full } else { Self::Disk(error) }
    }
}
