/**
 * The words on the wire, as docs/protocol.md has them. Types only: nothing here runs.
 *
 * @typedef {"voice" | "chat"} Medium
 * @typedef {"customer" | "agent" | "supervisor"} Role
 * @typedef {string} PersonId `agent:bob`, `customer:x1`
 * @typedef {string} ConversationId `c17`
 *
 * @typedef {{ agent: string } | { team: string } | { queue: string }} Target
 * @typedef {{ agent: string } | { queue: string }} Owner
 * @typedef {"on_answer" | "now" | "never"} HoldWhen
 * @typedef {"resume" | "stay_held"} OnFailure
 *
 * @typedef {"waiting" | "ringing" | "connected" | "consult" | "back_with_customer" | "three_way"
 *   | "handed_over" | "recall" | "alone" | "agents_only" | "ended"} Phase
 *
 * @typedef {"accept" | "decline" | "cancel" | "invite" | "transfer" | "hold" | "resume" | "remove"
 *   | "swap" | "merge" | "mute" | "unmute" | "complete" | "leave" | "invite_listener"
 *   | "monitor" | "coach" | "barge" | "stop_observing" | "take_over" | "transfer_on_behalf"
 *   | "force_mute" | "force_unmute" | "end_for_all" | "raise" | "offer_call" | "withdraw_call"
 *   | "reopen"} ActionName
 *
 * @typedef {object} Action
 * @property {ActionName} action
 * @property {boolean} enabled
 * @property {PersonId} [participant]
 * @property {string} [reason] why it is disabled, a refusal code
 *
 * @typedef {object} Participant
 * @property {PersonId} id
 * @property {string} name
 * @property {Role} role
 * @property {"joined" | "reconnecting"} presence
 * @property {{ by: PersonId } | null} held
 * @property {"self" | "forced" | null} muted
 * @property {number} [joined_at_ms]
 * @property {number} [since_ms]
 *
 * @typedef {object} Offer
 * @property {string} id
 * @property {"queue" | "invite" | "transfer" | "recall" | "listen"} [origin]
 * @property {PersonId | null} [initiator] null when the queue rings, and for a recall
 * @property {Target} target
 * @property {{ id: PersonId, name: string }[]} candidates who is rung, maybe several
 * @property {"ringing" | "joining"} state
 * @property {HoldWhen} [hold]
 * @property {string | null} [note]
 * @property {number | null} expires_at_ms null while nobody is rung
 *
 * @typedef {object} Observer
 * @property {PersonId} id
 * @property {string} name
 * @property {"monitor" | "coach" | "listener"} mode
 * @property {PersonId} [agent] who hears it, of a coach
 * @property {"joined" | "reconnecting"} presence
 * @property {number} since_ms
 *
 * @typedef {object} Ongoing a conversation that may be supervised
 * @property {ConversationId} id
 * @property {Medium} [medium]
 * @property {string | null} team
 * @property {Phase} phase
 * @property {Owner} owner
 * @property {{ id: PersonId, name: string }[]} participants
 * @property {Observer[]} observers
 * @property {number} started_at_ms
 * @property {number | null} answered_at_ms
 * @property {Action[]} actions
 *
 * @typedef {object} ChatRights
 * @property {boolean} may_write
 * @property {string | null} reason why not
 * @property {boolean} [may_save] its customer, who had a seat, who manages the team
 *
 * @typedef {object} OfferedCall
 * @property {PersonId} by the agent who talks then
 * @property {number} expires_at_ms
 *
 * @typedef {object} Hearing
 * @property {"silence" | "forward" | "mix" | "music" | "ringback"} source
 * @property {PersonId[]} [talkers]
 *
 * @typedef {object} Ended
 * @property {string} reason
 * @property {PersonId | null} [by]
 * @property {Phase} [phase]
 * @property {number} at_ms
 *
 * @typedef {object} Wait
 * @property {number} position 1 is next; beyond ten, the next full ten
 * @property {number | null} estimated_wait_ms in full minutes
 * @property {number} since_ms
 *
 * @typedef {"left" | "lost" | "ended" | { removed: { by: PersonId } }
 *   | { taken_over: { by: string } }} StayEnd
 *
 * @typedef {object} Stay
 * @property {PersonId} id
 * @property {string} name
 * @property {number} joined_at_ms
 * @property {number} ended_at_ms
 * @property {StayEnd} end
 *
 * @typedef {object} ConversationView
 * @property {ConversationId} id
 * @property {Medium} medium
 * @property {number} version
 * @property {boolean} [internal] whether it is a call between two agents
 * @property {string | null} team null of an internal call
 * @property {Phase} phase
 * @property {PersonId} you
 * @property {Owner | null} owner
 * @property {Wait | null} [wait] the wait in a queue, once something was told about it
 * @property {Participant[]} participants
 * @property {Offer | null} [offer]
 * @property {Observer[]} [observers] who hears it without a seat, as far as this person is to know
 * @property {string | null} [note] the last note left for whoever comes next; agents only
 * @property {Stay[]} [history] who has talked with the customer before; agents only
 * @property {ChatRights | null} [chat] null of a call
 * @property {ConversationId | null} [linked] the chat of this call, or the call of this chat
 * @property {OfferedCall | null} [offered_call] which the customer of this chat can take or decline
 * @property {Hearing} hearing
 * @property {Action[]} actions
 * @property {number} started_at_ms
 * @property {number | null} [answered_at_ms]
 * @property {number} server_time_ms
 * @property {Ended | null} [ended]
 *
 * @typedef {{ answer: boolean, listen: boolean, manage: boolean }} Rights
 *
 * @typedef {object} ChatLine what an agent does about chats
 * @property {"present" | "away"} status
 * @property {string | null} [away_reason]
 * @property {number} engaged in how many it is
 * @property {number} capacity in how many it can be
 * @property {boolean} available
 * @property {string | null} [unavailable_reason]
 *
 * @typedef {object} TeamChat
 * @property {number} available
 * @property {number} waiting
 * @property {number | null} [waiting_since_ms]
 * @property {number | null} [estimated_wait_ms]
 *
 * @typedef {object} DeskYou
 * @property {PersonId} id
 * @property {string} name
 * @property {string[]} teams whose calls it takes
 * @property {Record<string, Rights>} [rights] what it may do for which team
 * @property {"present" | "away"} status
 * @property {string | null} [away_reason]
 * @property {"idle" | "ringing" | "talking" | "observing" | "wrap_up" | "offline"} state
 * @property {ChatLine} [chat]
 * @property {"up" | "down"} leg
 * @property {number | null} [wrap_up_until_ms]
 *
 * @typedef {object} DeskAgent
 * @property {PersonId} id
 * @property {string} name
 * @property {string[]} teams
 * @property {"present" | "away"} status
 * @property {string} state
 * @property {boolean} available
 * @property {string | null} [unavailable_reason]
 * @property {ChatLine} [chat]
 *
 * @typedef {"reject" | "wait" | "queue" | { fallback_team: string }} WhenNobody
 *
 * @typedef {object} DeskTeam
 * @property {string} id
 * @property {string} name
 * @property {number} available how many of its agents can be rung
 * @property {number} waiting how many wait in its queue
 * @property {number | null} [waiting_since_ms] since when the one who has waited longest does
 * @property {number | null} [estimated_wait_ms] about how long one more would wait
 * @property {"push" | "pull"} [delivery] whether agents are rung, or fetch the next
 * @property {WhenNobody} [when_nobody] what becomes of an invitation while none of them can be rung
 * @property {TeamChat} [chat]
 *
 * @typedef {object} DeskView
 * @property {DeskYou} you
 * @property {DeskAgent[]} agents everybody but you
 * @property {DeskTeam[]} teams
 * @property {number} server_time_ms
 *
 * @typedef {"candidate_failed" | "offer_ended" | "rescinded"
 *   | "customer_left" | "customer_lost" | "customer_back"
 *   | "participant_joined" | "participant_left" | "participant_lost" | "participant_back"
 *   | "handed_over" | "recalled" | "requeued" | "queue_position" | "removed"
 *   | "call_declined" | "call_not_answered"
 *   | "coach_started" | "coach_stopped" | "listener_joined" | "listener_left" | "observing_ended"
 *   | "taken_over" | "transferred_on_behalf" | "force_muted" | "missed_offers"
 *   | "ended"} NoticeKind
 *
 * @typedef {object} DeskChanges
 * @property {DeskYou | null} you
 * @property {DeskAgent[]} agents
 * @property {PersonId[]} agents_gone
 * @property {DeskTeam[]} teams
 * @property {string[]} teams_gone
 * @property {number} server_time_ms
 *
 * @typedef {object} Notice
 * @property {NoticeKind} kind
 * @property {ConversationId} [conversation]
 * @property {string} [reason]
 * @property {string} [offer]
 * @property {Target} [target]
 * @property {PersonId[]} [candidates]
 * @property {PersonId} [candidate] one of those rung
 * @property {number} [position]
 * @property {number} [estimated_wait_ms]
 * @property {PersonId} [participant]
 * @property {PersonId} [winner]
 * @property {PersonId} [by]
 * @property {unknown} [end] why somebody observes no more
 * @property {boolean} [muted]
 * @property {Phase} [phase]
 * @property {string} [text]
 * @property {Medium} [medium] for which somebody was set away
 *
 * @typedef {object} Person
 * @property {PersonId} id
 * @property {Role} role
 * @property {string} name
 * @property {string[]} [teams]
 *
 * @typedef {{ code: string, message: string, limit?: string, retry_after_ms?: number,
 *   by?: PersonId, team?: string, waiting?: number, opens_at_ms?: number | null }} WireError
 *
 * @typedef {object} Hello
 * @property {"hello"} type
 * @property {string} token
 * @property {string} client
 * @property {{ session: string, cursor: number }} [resume]
 *
 * @typedef {object} Welcome
 * @property {"welcome"} type
 * @property {number} protocol
 * @property {string} server
 * @property {string} session
 * @property {number} cursor
 * @property {boolean} resumed
 * @property {"up" | "down"} [leg] whether the server has a live leg of this person
 * @property {Person} person
 * @property {number} ping_interval_ms
 * @property {{ message_bytes: number, requests_per_s: number }} [limits]
 *
 * @typedef {{ type: "view", cursor: number, conversation: ConversationView }} ViewMessage
 * @typedef {{ type: "desk", cursor: number, desk: DeskView }} DeskMessage
 * @typedef {{ type: "desk_changes", cursor: number, changes: DeskChanges }} DeskChangesMessage
 * @typedef {{ type: "notice", cursor: number, notice: Notice }} NoticeMessage
 * @typedef {"left" | "removed" | "lost" | "rescinded" | "ended"} GoneReason
 * @typedef {{ type: "gone", cursor: number, conversation: ConversationId, reason: GoneReason }}
 *   GoneMessage
 * @typedef {{ type: "answer", id: number, result: Record<string, unknown> }} Answer
 * @typedef {{ type: "refusal", id: number, error: WireError }} Refusal
 * @typedef {{ type: "error", error: WireError, fatal: boolean }} ErrorMessage
 * @typedef {Welcome | ViewMessage | DeskMessage | DeskChangesMessage | NoticeMessage
 *   | GoneMessage | Answer | Refusal | ErrorMessage | { type: "pong" }} ServerMessage
 *
 * @typedef {{ name: "connect_leg", sdp: string } | { name: "disconnect_leg" }
 *   | { name: "call", team: string, medium?: Medium } | { name: "call", channel: string }
 *   | { name: "call_agent", agent: string, medium?: Medium }
 *   | { name: "get_next", team?: string, medium?: Medium }
 *   | { name: "set_status", status: "present" | "away", reason?: string, medium?: Medium }
 *   | { name: "reopen" | "raise" | "offer_call" | "withdraw_call", conversation: ConversationId }
 *   | { name: "finish_wrap_up" | "extend_wrap_up" }
 *   | { name: "accept" | "cancel" | "swap" | "merge" | "complete" | "leave",
 *       conversation: ConversationId }
 *   | { name: "decline", conversation: ConversationId, text?: string }
 *   | { name: "invite", conversation: ConversationId, target: Target, hold?: HoldWhen,
 *       on_failure?: OnFailure, note?: string }
 *   | { name: "transfer", conversation: ConversationId, target: Target, note?: string }
 *   | { name: "hold" | "resume" | "remove", conversation: ConversationId, participant: PersonId }
 *   | { name: "mute", conversation: ConversationId, muted: boolean }
 *   | { name: "list_ongoing", after?: ConversationId }
 *   | { name: "invite_listener", conversation: ConversationId, agent: string, note?: string }
 *   | { name: "monitor" | "barge" | "stop_observing" | "take_over" | "end_for_all",
 *       conversation: ConversationId }
 *   | { name: "coach", conversation: ConversationId, agent: string }
 *   | { name: "transfer_on_behalf", conversation: ConversationId, target: Target, note?: string }
 *   | { name: "force_mute", conversation: ConversationId, participant: PersonId,
 *       muted: boolean }} Command
 *
 * @typedef {"everyone" | "agents"} Audience `agents` is a note that no customer receives
 *
 * @typedef {object} Message
 * @property {number} number 1, 2, 3 ... in each conversation; a customer is not shown the notes
 * @property {string | null} id its writer's own, null of an automatic one
 * @property {{ person: PersonId, name: string } | null} from null of an automatic one
 * @property {Audience} audience
 * @property {number} at_ms
 * @property {string | null} [text]
 * @property {FileRef} [file] what it carries; the text is the caption then
 *
 * @typedef {object} FileRef a file that the server keeps
 * @property {string} id
 * @property {string} name as the server has cleaned it
 * @property {string} media_type as its sender says
 * @property {number} bytes
 * @property {string} sha256 64 hex digits
 *
 * @typedef {{ delivered: number, read: number }} Marks
 *
 * @typedef {{ type: "follow", conversation: ConversationId, after: number | null }
 *   | { type: "unfollow", conversation: ConversationId }
 *   | { type: "send", conversation: ConversationId, id: string, text: string, audience: Audience,
 *       file?: string }
 *   | { type: "page", request: number, conversation: ConversationId, before: number,
 *       limit: number }
 *   | { type: "mark", conversation: ConversationId, delivered: number, read: number }
 *   | { type: "typing", conversation: ConversationId }
 *   | { type: "ping" }} ChatToServer
 *
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {PersonId} person
 * @property {{ text_chars?: number, frame_bytes?: number, unacknowledged?: number,
 *   messages_per_s?: number }} [limits]
 *
 * @typedef {{ type: "following", conversation: ConversationId, last: number,
 *   marks: Record<PersonId, Marks> }} Following
 * @typedef {{ type: "refused", conversation: ConversationId, id: string, error: WireError }}
 *   Refused
 * @typedef {{ type: "page", request: number, conversation: ConversationId, messages: Message[],
 *   more: boolean, error?: WireError }} Page
 * @typedef {{ type: "marked", conversation: ConversationId, person: PersonId, delivered: number,
 *   read: number }} Marked
 * @typedef {Ready | Following | Refused | Page | Marked | { type: "pong" }
 *   | { type: "message", conversation: ConversationId, message: Message }
 *   | { type: "ack", conversation: ConversationId, id: string, number: number, at_ms: number }
 *   | { type: "typing", conversation: ConversationId, person: PersonId }
 *   | { type: "unfollowed", conversation: ConversationId, reason: string }
 *   | { type: "error", error: WireError }} ChatFromServer
 *
 * @typedef {object} FileLimits
 * @property {number} bytes the largest file; 0 where none are taken
 * @property {string[]} types media types, in lower case and without parameters
 * @property {number} chunk_bytes
 * @property {number} ahead_bytes what may be on its way beyond what the server has written
 *
 * @typedef {{ type: "go", upload: string, file: string, name: string, offset: number }} FileGo
 * @typedef {FileGo | { type: "got", upload: string, offset: number }
 *   | { type: "kept", upload: string, file: string }
 *   | { type: "refused", upload: string, error: WireError }} UploadFrame
 * @typedef {{ type: "sending", conversation: ConversationId, number: number, offset: number,
 *     bytes: number }
 *   | { type: "sent", conversation: ConversationId, number: number }
 *   | { type: "unsent", conversation: ConversationId, number: number, error: WireError }
 *   } FetchFrame
 */
export {};
