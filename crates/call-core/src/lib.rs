//! Who talks to whom and why: Trefoil's call control, pure and deterministic.
//!
//! A [`World`] is what has happened. [`decide()`] takes one [`Input`] (a person's [`Command`], a
//! [`Report`] of what the server saw, or a deadline) at a given [`Time`] and returns the
//! [`Event`]s it causes, in order, or the [`Refusal`] of a command. The caller makes them
//! durable as [`Recorded`] and then applies them with [`World::apply`], which is the only way a
//! world changes. Nothing in here does I/O, reads a clock, rolls dice, starts a thread or walks a
//! hash map: equal inputs give equal outputs, and folding the journal gives the live state.
//!
//! A call is told in this order. A customer calls a team and waits in its queue with music
//! ([`Phase::Waiting`]). The team's agents ring one after another, and the one who accepts owns
//! the conversation. That agent invites another; while the target rings, everybody talks as
//! before. When the target answers, the customer goes on hold and the agents consult. Whoever
//! owns the conversation then leaves, and customer and target talk: a transfer is invite, talk,
//! leave. Phases, owners, actions, positions and sources follow from the facts and are stored
//! nowhere.
//!
//! A chat goes the same way on the other [`Medium`]: what people hear is what they read
//! ([`sees_chat`]) and write ([`may_write`]), and beside the invitation there is an offer, whose
//! taker has the chat from then on.
//!
//! What each person hears is a pure function of the same facts ([`hears`], [`sources`]), what
//! each is shown is another ([`view()`], [`desk()`]), and what each is told a third ([`notices`]).
//! When something happens by itself, [`next_deadline`] says when and why; the table stands at
//! [`DeadlineReason`].
//!
//! Queues have places ([`queue_position`]); teams differ in whom they ring ([`Ringing`]), whether
//! they ring at all ([`Delivery`]), and in what a full or closed one does ([`Overflow`],
//! [`Closed`], [`Hours`]). What the directory lets an agent do stands in [`Rights`].
//!
//! ```
//! use call_core::{Command, Input, Medium, Phase, Recorded, Report, Rights, Settings};
//! use call_core::{TeamSettings, Time, World};
//!
//! let mut settings = Settings::default();
//! settings.teams.insert("support".parse()?, TeamSettings::named("Support"));
//! let (bob, alice) = ("agent:bob".parse()?, "customer:alice".parse()?);
//!
//! let mut world = World::new();
//! let mut happens = |input: Input, at: u64| {
//!     let now = Time(at);
//!     let events = call_core::decide(&world, &settings, &input, now).expect("it is allowed");
//!     for event in events {
//!         world.apply(&Recorded { at: now, event });
//!     }
//! };
//! let teams = Rights::answering(["support".parse()?]);
//! happens(Input::Report(Report::opened(bob, "Bob", teams)), 1);
//! happens(Input::Report(Report::LegUp { person: "agent:bob".parse()? }), 2);
//! let arrived = Report::opened("customer:alice".parse()?, "Alice", Rights::answering([]));
//! happens(Input::Report(arrived), 3);
//! happens(Input::Report(Report::LegUp { person: "customer:alice".parse()? }), 4);
//! let call = Command::Call { team: "support".parse()?, medium: Medium::Voice };
//! happens(Input::Command { by: alice, command: call }, 5);
//! let accept = Command::Accept { conversation: "c1".parse()? };
//! happens(Input::Command { by: "agent:bob".parse()?, command: accept }, 6);
//!
//! let conversation = world.conversation("c1".parse()?).expect("it has begun");
//! assert_eq!(conversation.phase(), Phase::Connected);
//! # Ok::<(), call_core::IdError>(())
//! ```
//!
//! # Rules of our own
//!
//! Where the description of behaviour is silent, these hold; each has its story in `tests/it`.
//!
//! * **Signing in** makes an agent present. Its status survives a reload, not a sign-out. A page
//!   that is gone takes the agent out of every ring at once; going away while it rings declines.
//! * **Idle** is counted since an agent became able to be rung: signed in, present, with a leg,
//!   out of wrap-up, out of its last conversation. Being rung in vain does not change it.
//! * **A waiting call's round** rings each agent once. It goes on with whoever becomes free, and
//!   starts over 30 s after all were tried. Nobody is rung for a customer whose leg is down.
//! * **Order of service**: invitations that wait, then queues by their places: requeued
//!   conversations (those who called first are first), then by priority, then who has waited
//!   longer. A conversation that an agent sent to a queue has waited there since it was sent,
//!   and is rung for in its turn, also while that agent is still in.
//! * **All at once**: who becomes free while others ring is rung beside them. Somebody who accepts
//!   without a leg stops nobody else's ringing until it is up: the first to be in wins.
//! * **Round robin** goes by the agents' names, on from the one of the team who was rung last.
//! * **A transfer to a queue** has no time limit. It rings each agent once while the initiator is
//!   in; with nobody in and nobody ringing, the customer waits, without a recall.
//! * **`get_next`** takes the first whose customer is there, away from whomever it rings at, but
//!   not from who has accepted. It ends the agent's own wrap-up.
//! * **A full queue** (`max_waiting` beside those for whom somebody is free, or one who has waited
//!   longer than `max_wait`) concerns who arrives. Who waits is never sent away; it goes on to the
//!   overflow team, once, when nobody rings for it, and keeps its place by time. Overflows and
//!   closed teams that lead in a circle let the caller wait where it called.
//! * **Opening hours** concern who arrives; closing time changes nothing for who waits, and no
//!   transfer is stopped by it.
//! * **A channel** decides when it is called: its team, and in place of the team's where it has its
//!   own, hours and priority. A caller's priority is the higher of its token's and the channel's.
//!   What changes about a channel concerns the next call only.
//! * **The estimated wait** is told in full minutes; places beyond ten by tens. Both are told when
//!   a wait begins and nobody rings, and again when one is better, to the first hundred. What got
//!   worse is not told.
//! * **Internal calls** need a free caller with a leg; it may be away or in wrap-up. Nobody is
//!   invited to them, who leaves ends them, and no wrap-up follows. One of the two who is lost has
//!   its grace, as everywhere.
//! * **A change in the directory** leaves alone what rings and what is talked. Who is removed is
//!   offline for others at once, and signed out when free; signing in again undoes it.
//! * **Settings that change** hold from the next input on; after a change the driver asks about a
//!   deadline, so that whoever may be rung now is. What counts down keeps its time. A team that
//!   settings know no more is served by its agents as before, but nobody is sent there any more;
//!   with none of them present, who waits goes on to the queue of the team its channel leads to,
//!   or of the first team of which somebody is present, and keeps its place by time.
//! * **`channel_inactive`** means signed in, but away or without a leg; `target_offline` means no
//!   page, also within the lease; `target_busy` means rung, seated, recalled or in wrap-up.
//! * **A leg lost while ringing** has 3 s to come back, an accept without a leg has 3 s as well,
//!   also past the end of an invitation's 90 s. A candidate's closed page fails the offer at once.
//! * **Why an invitation failed** is told to the agents and to who made it, also after it has
//!   left; of a team, why each who was rung did not take it.
//! * **At the answer** the customer goes on hold unless `never`, also if it was taken off a hold
//!   that was placed `now`.
//! * **An invitation to a team** that runs out of its 90 s does not count as missed for whoever
//!   was ringing. With `wait` and `queue` it stays open for that time though all were tried.
//! * **Policy `queue`**: once the initiator has left, a failed invitation waits in that team's
//!   queue, in order of arrival, and is not recalled.
//! * **Consult holds** (placed by an invitation, or by a swap of one) go when the invitation
//!   fails or the target leaves, unless `stay_held`; holds that were asked for stay.
//! * **When the owner goes** and another agent is in, every hold is lifted: customer and agent
//!   talk. A lost owner's holds go at once; what the other holds meanwhile stays.
//! * **A hold ends with its placer**: when it leaves, or is lost while another agent is in. Who is
//!   lost places none and swaps nobody (`channel_inactive`), but takes off what there is.
//! * **Swap** exchanges customer and agent. With nobody on hold the customer goes on hold; with
//!   both on hold it is refused as `already_held`. Any agent may swap and merge, a held one too.
//! * **The owner of a hand-over** stays its initiator until the target answers or the
//!   conversation is requeued. An agent that is lost keeps what it owns until its grace is over.
//! * **A customer who is lost** as it comes back to a queue has the minute of a queue from then.
//! * **Wrap-up** can be extended up to an hour in all.
//! * **A recall** ends the initiator's wrap-up and keeps it from other offers between the two
//!   tries. Who declines it, or cannot be reached, is not tried again.
//! * **`complete` and `leave`** by the only agent end the call. Beside a colleague whose seat is
//!   only kept, `complete` ends it and `leave` leaves the customer to the colleague.
//! * **After the customer left**, agents may hold, mute and leave, and no more.
//! * **A session that closes** does not touch a seat: only its leg does.
//! * **A closed conversation's view** goes to who was in it at the end; a customer who left
//!   earlier is told by an `ended` notice. Customers are never shown offers or notes.
//! * **Who answers for a conversation is its agent**: a supervisor who takes over, or who is left
//!   with the customer after it barged in, and no wrap-up follows a seat it only barged into.
//! * **Taking over** puts the supervisor in the owner's place: what rings stops, all holds go,
//!   and another agent who is in stays in. A queue's place is taken in the same way.
//! * **Barging** takes an agent in a seat: a conversation that waits is taken over instead.
//! * **A monitor** is known to itself and to who manages the team; on the desks of others it
//!   talks. Two observe at most, and whoever begins to listen finds room: the monitor who came last
//!   gives way.
//! * **Observers** keep their place for the lease, be it their leg or their page that is gone. A
//!   coach whose agent left monitors; a listener is free once a queue has the conversation.
//! * **A supervisor who came along** into another team's conversation stays; what it asks for is
//!   checked against that team. A right that the directory takes away ends what it allowed.
//! * **A listener** needs the right to listen, and agents may remove it.
//! * **What was forced** ends with the supervisor's being there; who had muted itself stays so.
//! * **Segments** tell lost time apart, and rings that nobody took beside the stays. An ended
//!   conversation is remembered as long as somebody wraps it up.
//! * **A chat's messages** are numbered with no holes, automated ones and notes included. Of each
//!   author the last 256 ids are known: what is said again has its number still, also when its
//!   author may write no more. Who waits may write. What is written or read changes no view.
//! * **A file** is a message like any other, and what is written beside it may be empty. That it is
//!   kept, and whose it is, was looked at before; what is in it is no matter of call control.
//! * **Marks** go forward and never past the last message. A supervisor who observes leaves none.
//! * **An offered chat** takes no seat, so that one of three may give its place away; who owns it
//!   changes only if its owner offered it. Who gave it away listens if there is room for one more
//!   to observe and it is signed in; it has its lease to come back if it is lost.
//! * **An offer of a chat** outlives its initiator's seat. When it fails then, that is as with a
//!   hand-over: back to the initiator if it can be reached, and else to the head of the queue.
//! * **Leaving a chat** is for colleagues who are there, or for a queue; one who is lost does not
//!   count. `complete` by the only agent ends it, whatever rings or wherever it stands.
//! * **A chat that was sent to a queue** stays its initiator's, who may fetch nothing out of it
//!   again. Who takes it meanwhile joins. Its customer is told its place as it is sent there, and
//!   not again as the initiator leaves; a place that got better is shown and not written.
//! * **When a customer leaves a chat**, or is lost past its grace, it is over for everybody.
//! * **Presence, misses and idleness** are per medium; of those who chat, who is in the fewest is
//!   rung first. Listening and monitoring take none of an agent's chats, and a supervisor takes
//!   over beyond them. Nobody wraps up a chat, and chats come during the wrap-up of a call.
//! * **An idle chat** ends after half an hour in which nobody wrote, notes included, while an agent
//!   answers for it; what waits is not idle.
//! * **A reopened chat** rings at who answered for it last, whatever team that is of, and waits at
//!   the head of the team's queue. While it was over its customer counts as gone.
//! * **A raised conversation** is linked with the other both ways. Its call rings at who answers
//!   for the chat first, then as any; its chat is at once with the owner of the call, or another
//!   agent in it, who has room. Agents open chats of calls, and no calls.
//! * **An offered call** is how an agent in a chat comes to a call with its customer. It stands for
//!   as long as an offer of a chat rings. Who offered it is in the call at once if it has no other,
//!   and rung first if it has.
//! * **A chat** has no sound: who holds, mutes, coaches or barges is refused as `wrong_medium`.
//! * **Deadlines** that are due fire before any command or report is looked at.

mod access;
pub mod agent;
mod announce;
mod audit;
pub mod call_offer;
pub mod chat;
pub mod command;
pub mod conversation;
pub mod customer;
mod decide;
mod draft;
pub mod event;
mod evolve;
mod file;
mod hand_over;
mod hearing;
pub mod hold;
mod hours;
mod id;
mod index;
mod internal;
mod invite;
mod leaving;
mod listener;
pub mod message;
mod mute;
mod news;
mod notice;
pub mod observer;
pub mod offer;
mod overflow;
pub mod participant;
mod presence;
mod queue;
mod record;
mod refusal;
mod report;
mod restart;
pub mod rights;
mod ring;
mod route;
pub mod segment;
mod session;
mod settings;
mod supervise;
pub mod team;
mod time;
mod timers;
pub mod view;
mod world;
mod wrap_up;

pub use agent::{AwayReason, Status};
pub use audit::{Act, AuditEntry, audit};
pub use chat::{Marks, may_write, readers, sees_chat, sent_as};
pub use command::{Command, HoldWhen, OnFailure};
pub use conversation::{Contact, Conversation, EndReason, Medium, Phase};
pub use decide::decide;
pub use event::{Event, Recorded};
pub use file::{
    ContentHash, FileId, FileNote, HEAD_BYTES, MAX_FILE_NAME_BYTES, MAX_FILE_NAME_CHARS, begins_as,
    file_name, is_picture,
};
pub use hearing::{Clip, Source, hears, sources, sources_of};
pub use hours::{
    Hours, HoursError, MAX_EXCEPTIONS, MAX_SPANS_PER_DAY, Opening, Span, TimeOfDay, WEEKDAYS, Zone,
};
pub use id::{
    AgentId, ChannelId, ConversationId, CustomerId, IdError, MAX_NAME_BYTES, OfferId, Owner,
    PersonId, Target, TeamId,
};
pub use message::{Author, Body, MAX_MESSAGE_CHARS, Message, MessageAudience, MessageId, reads};
pub use notice::{Notice, notices};
pub use queue::queue_position;
pub use record::{ConversationRecord, conversations_touched, record, record_changed};
pub use refusal::Refusal;
pub use report::{Input, Report};
pub use rights::Rights;
pub use settings::{
    ChannelSettings, Closed, Delivery, Overflow, Ringing, Settings, SettingsError, TeamPolicy,
    TeamSettings, Timers,
};
pub use time::Time;
pub use timers::{DeadlineReason, next_deadline};
pub use view::{ConversationView, DeskView, audience, desk, ongoing, shown_anew, view};
pub use world::World;
