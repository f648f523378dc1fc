//! What a client is shown: plain data, whole, as it goes over the wire.

mod action;
mod call;
mod desk;
mod floor;
mod history;
mod observers;
mod ongoing;

pub use action::{Action, ActionName};
pub use call::{
    CandidateView, ConversationView, EndedView, HearingView, HeldView, OfferView, OriginView,
    ParticipantView, PresenceView, SourceName, StageView, WaitView, audience, view,
};
pub use desk::{
    AgentState, AgentView, ChatLineView, DeliveryView, DeskChanges, DeskView, LegState, SelfView,
    StatusView, TeamChatView, TeamView, WhenNobodyView, desk,
};
pub use floor::{Floor, FloorChanges};
pub use history::StayView;
pub use observers::{ObserverModeView, ObserverView, shown_anew};
pub use ongoing::{OngoingSeat, OngoingView, ongoing};
