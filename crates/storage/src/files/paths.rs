use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use call_core::FileId;

use super::Offered;

/// Where everything about one file is.
#[derive(Debug)]
pub(super) struct Paths {
    folder: PathBuf,
    pub(super) whole: PathBuf,
    pub(super) part: PathBuf,
    pub(super) json: PathBuf,
    pub(super) named: PathBuf,
    /// A `.json` that is being written.
    new: PathBuf,
}

impl Paths {
    pub(super) fn of(folder: PathBuf, file: FileId) -> Self {
        let with = |suffix: &str| folder.join(format!("{file}{suffix}"));
        let (whole, part, json) = (with(""), with(".part"), with(".json"));
        let (named, new) = (with(".named"), with(".new"));
        Self { folder, whole, part, json, named, new }
    }

    /// What was offered, if anything was. What cannot be read was never finished.
    pub(super) fn offered(&self) -> io::Result<Option<Offered>> {
        for path in [&self.json, &self.named] {
            match fs::read(path) {
                Ok(json) => return Ok(serde_json::from_slice(&json).ok()),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Writes down what is offered; nothing was written of it yet.
    pub(super) fn write_down(&self, offered: &Offered) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        if let Some(all) = self.folder.parent() {
            sync(all)?;
        }
        remove(&self.part)?;
        let mut file = File::create(&self.new)?;
        let written = file.write_all(&serde_json::to_vec(offered)?).and_then(|()| file.sync_all());
        if let Err(error) = written {
            remove(&self.new)?;
            return Err(error);
        }
        fs::rename(&self.new, &self.json)
    }

    /// What has been written is all of it.
    pub(super) fn finish(&self) -> io::Result<()> {
        fs::rename(&self.part, &self.whole)?;
        sync(&self.folder)
    }

    /// A message names it: nobody has to look again.
    pub(super) fn settle(&self) -> io::Result<()> {
        fs::rename(&self.json, &self.named)
    }

    /// Deletes everything about it: what tells of it last, so that nothing is left that nobody
    /// looks for.
    pub(super) fn delete(&self) -> io::Result<()> {
        for path in [&self.new, &self.part, &self.whole, &self.named, &self.json] {
            remove(path)?;
        }
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes the names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
