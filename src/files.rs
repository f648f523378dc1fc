//! How many files and sockets the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit of open files to the hard one, and says when that is less than `wanted`:
/// many systems start a process with 1,024, which is 1,000 people.
pub(crate) fn open_as_many_as_allowed(wanted: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
        if let Err(error) = raised {
            tracing::warn!(%error, "the limit of open files cannot be raised");
        }
    }
    let allowed = allowed();
    if allowed.is_some_and(|allowed| allowed < wanted as u64) {
        tracing::warn!(
            allowed,
            wanted,
            "fewer files may be open than connections and sockets are allowed"
        );
    }
}

/// How many may be open; none when there is no limit.
pub(crate) fn allowed() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}
