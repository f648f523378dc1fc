//! A customer, for as long as its page is open or its conversation lives.

use serde::{Deserialize, Serialize};

use crate::id::ConversationId;

/// A customer the server knows at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The name to show.
    pub name: String,
    /// Whether its page is connected.
    pub session: bool,
    /// Whether its leg is connected.
    pub leg: bool,
    /// The conversation it sits in.
    pub seat: Option<ConversationId>,
}
