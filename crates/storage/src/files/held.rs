use std::sync::{Arc, Mutex, MutexGuard};

use call_core::FileId;

use super::{FileError, FileStore, locked};

/// Whether whoever holds a file still does.
#[derive(Debug, Default)]
pub(super) struct Hold {
    is_over: bool,
}

/// The right to write a file: whoever takes it over has it alone.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) store: FileStore,
    file: FileId,
    hold: Arc<Mutex<Hold>>,
}

impl Held {
    /// Whoever was writing the file writes no more: waits for what it is just doing.
    pub(super) fn take_over(store: &FileStore, file: FileId) -> Self {
        let hold = Arc::<Mutex<Hold>>::default();
        let before = locked(&store.0.holds).insert(file, Arc::clone(&hold));
        if let Some(before) = before {
            locked(&before).is_over = true;
        }
        Self { store: store.clone(), file, hold }
    }

    /// Nobody takes it over before this is dropped.
    pub(super) fn lock(&self) -> Result<MutexGuard<'_, Hold>, FileError> {
        let hold = locked(&self.hold);
        if hold.is_over { Err(FileError::TakenOver) } else { Ok(hold) }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut holds = locked(&self.store.0.holds);
        if holds.get(&self.file).is_some_and(|hold| Arc::ptr_eq(hold, &self.hold)) {
            holds.remove(&self.file);
        }
    }
}
