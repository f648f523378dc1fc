//! Gate rule 13: a fault in one leg ends that leg and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Something went wrong inside the work done for one leg: a bug of ours or of a library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the work for a leg panicked: {0}")]
pub struct Fault(pub String);

/// Does the work for one leg and turns a panic in it into a [`Fault`].
///
/// The leg has to be dropped after a fault: what the work had under its hands may be half changed,
/// which is why nothing but the leg's own state should be under its hands.
///
/// # Errors
///
/// Returns the panic's message when the work panics.
pub fn isolate<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    // The leg is dropped on a fault, so nobody looks at what was left half changed.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Fault(text.unwrap_or("no message").to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_well_returns_its_value() {
        assert_eq!(isolate(|| 7), Ok(7));
    }

    #[test]
    fn a_panic_becomes_a_fault_with_its_message() {
        assert_eq!(isolate(|| panic!("slot {}", 3)).map(|(): ()| ()), Err(Fault("slot 3".into())));
    }
}
