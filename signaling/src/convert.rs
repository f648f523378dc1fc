//! Between the wire and call control: the one file where the two meet.

use call_core::view::LegState;
use call_core::{AwayReason, ChannelId, Medium, Status, TeamId};

use crate::auth::Person;
use crate::driver::WireCommand;
use crate::limits::Limits;
use crate::protocol::{
    AwayChoice, Command, Fault, MAX_SDP_BYTES, PROTOCOL_VERSION, StatusChoice, Text, Welcome,
    WelcomeLimits, WelcomePerson, WireError,
};
use crate::session_id::SessionId;

/// The wire's command in call control's words.
pub(crate) fn command(command: Command) -> Result<WireCommand, WireError> {
    use call_core::Command as Core;
    let core = match command {
        Command::ConnectLeg { sdp } => return connect_leg(sdp),
        Command::DisconnectLeg {} => return Ok(WireCommand::DisconnectLeg),
        Command::Call { team, channel, medium } => call(team, channel, medium)?,
        Command::CallAgent { agent, medium } => Core::CallAgent { agent, medium },
        Command::Raise { conversation } => Core::Raise { conversation },
        Command::OfferCall { conversation } => Core::OfferCall { conversation },
        Command::WithdrawCall { conversation } => Core::WithdrawCall { conversation },
        Command::Reopen { conversation } => Core::Reopen { conversation },
        Command::GetNext { team, medium } => Core::GetNext { team, medium },
        Command::SetStatus { status, reason, medium } => {
            Core::SetStatus { status: self::status(status, reason)?, medium }
        }
        Command::FinishWrapUp {} => Core::FinishWrapUp,
        Command::ExtendWrapUp {} => Core::ExtendWrapUp,
        Command::Accept { conversation } => Core::Accept { conversation },
        Command::Decline { conversation, text } => {
            Core::Decline { conversation, text: written(text) }
        }
        Command::Cancel { conversation } => Core::Cancel { conversation },
        Command::Invite { conversation, target, hold, on_failure, note } => {
            Core::Invite { conversation, target, hold, on_failure, note: written(note) }
        }
        Command::Transfer { conversation, target, note } => {
            Core::Transfer { conversation, target, note: written(note) }
        }
        Command::Hold { conversation, participant } => Core::Hold { conversation, participant },
        Command::Resume { conversation, participant } => Core::Resume { conversation, participant },
        Command::Swap { conversation } => Core::Swap { conversation },
        Command::Merge { conversation } => Core::Merge { conversation },
        Command::Mute { conversation, muted } => Core::Mute { conversation, muted },
        Command::Complete { conversation } => Core::Complete { conversation },
        Command::Leave { conversation } => Core::Leave { conversation },
        Command::Remove { conversation, participant } => Core::Remove { conversation, participant },
        Command::InviteListener { conversation, agent, note } => {
            Core::InviteListener { conversation, agent, note: written(note) }
        }
        Command::ListOngoing { after } => return Ok(WireCommand::ListOngoing { after }),
        Command::Monitor { conversation } => Core::Monitor { conversation },
        Command::Coach { conversation, agent } => Core::Coach { conversation, agent },
        Command::Barge { conversation } => Core::Barge { conversation },
        Command::StopObserving { conversation } => Core::StopObserving { conversation },
        Command::TakeOver { conversation } => Core::TakeOver { conversation },
        Command::TransferOnBehalf { conversation, target, note } => {
            Core::TransferOnBehalf { conversation, target, note: written(note) }
        }
        Command::ForceMute { conversation, participant, muted } => {
            Core::ForceMute { conversation, participant, muted }
        }
        Command::EndForAll { conversation } => Core::EndForAll { conversation },
    };
    Ok(WireCommand::Core(core))
}

/// The answer to a hello, as far as the signalling knows it: cursor, resumption and leg are the
/// driver's.
pub(crate) fn welcome(
    server: &str,
    session: SessionId,
    person: &Person,
    limits: &Limits,
) -> Welcome {
    Welcome {
        protocol: PROTOCOL_VERSION,
        server: server.to_owned(),
        session,
        cursor: 0,
        resumed: false,
        leg: LegState::Down,
        person: WelcomePerson {
            id: person.id.clone(),
            role: person.role(),
            name: person.name.clone(),
            teams: person.answers().cloned().collect(),
        },
        ping_interval_ms: u64::try_from(limits.ping_interval.as_millis()).unwrap_or(u64::MAX),
        limits: WelcomeLimits {
            message_bytes: limits.message_bytes as u64,
            requests_per_s: limits.messages.whole_per_s(),
        },
    }
}

fn call(
    team: Option<TeamId>,
    channel: Option<ChannelId>,
    medium: Option<Medium>,
) -> Result<call_core::Command, WireError> {
    let medium = medium.unwrap_or_default();
    match (team, channel) {
        (Some(team), None) => Ok(call_core::Command::Call { team, medium }),
        (None, Some(channel)) => Ok(call_core::Command::CallChannel { channel, medium }),
        (Some(_), Some(_)) | (None, None) => {
            Err(Fault::Malformed.because("Call a team or a channel, one of the two."))
        }
    }
}

fn connect_leg(sdp: String) -> Result<WireCommand, WireError> {
    if sdp.len() > MAX_SDP_BYTES {
        let message = format!("The SDP is longer than {MAX_SDP_BYTES} bytes.");
        return Err(Fault::SdpInvalid.because(message));
    }
    if sdp.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
        return Err(Fault::SdpInvalid.because("The SDP holds control characters."));
    }
    Ok(WireCommand::ConnectLeg { sdp })
}

fn status(choice: StatusChoice, reason: Option<AwayChoice>) -> Result<Status, WireError> {
    match (choice, reason) {
        (StatusChoice::Present, None) => Ok(Status::Present),
        (StatusChoice::Present, Some(_)) => {
            Err(Fault::Malformed.because("Who is present needs no reason."))
        }
        (StatusChoice::Away, reason) => {
            let reason = match reason.unwrap_or_default() {
                AwayChoice::Break => AwayReason::Break,
                AwayChoice::Meeting => AwayReason::Meeting,
                AwayChoice::Other => AwayReason::Other,
            };
            Ok(Status::Away { reason })
        }
    }
}

fn written<const MAX: usize>(text: Option<Text<MAX>>) -> Option<String> {
    text.and_then(Text::into_option)
}
