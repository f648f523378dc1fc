//! Tokens: who a person is, signed by whoever runs the contact centre.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use call_core::{AgentId, ChannelId, ConversationId, CustomerId, PersonId, Rights, TeamId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::protocol::Name;

/// The audience every token must name.
pub const AUDIENCE: &str = "trefoil";
/// HS256 is only as strong as its secret; RFC 7518 section 3.2 asks for at least the hash's size.
pub const MIN_SECRET_BYTES: usize = 32;
/// Longer tokens are refused unread.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// How far the clock of whoever minted the token may be ahead of ours.
const CLOCK_SKEW_S: u64 = 30;

/// What a token says, as it is written in the JWT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The person's id, without the role's prefix.
    pub sub: String,
    /// What the person is.
    pub role: Role,
    /// The name others see.
    pub name: Name,
    /// An agent's teams.
    #[serde(default, skip_serializing_if = "Teams::is_empty")]
    pub teams: Teams,
    /// How urgent a customer's calls are: higher comes first.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub priority: u8,
    /// The only team a customer may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// The only channel a customer may call through; excludes `team`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// The only conversation the person may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// When it was minted, in seconds since the epoch.
    pub iat: u64,
    /// From when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<u64>,
    /// Until when it holds.
    pub exp: u64,
    /// Always [`AUDIENCE`].
    pub aud: String,
}

/// An agent's teams, as they are written: a plain list, for somebody who takes their calls and no
/// more, or what the agent may do for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Teams {
    /// Takes their calls, and no more.
    List(Vec<TeamId>),
    /// May do this for each; a right that is not named is not given.
    Rights(BTreeMap<TeamId, Rights>),
}

impl Teams {
    fn is_empty(&self) -> bool {
        match self {
            Self::List(teams) => teams.is_empty(),
            Self::Rights(teams) => teams.is_empty(),
        }
    }

    /// What the agent may do for which team.
    pub fn into_rights(self) -> BTreeMap<TeamId, Rights> {
        match self {
            Self::List(teams) => Rights::answering(teams),
            Self::Rights(teams) => teams,
        }
    }

    /// The shortest way to write it.
    fn of(rights: &BTreeMap<TeamId, Rights>) -> Self {
        if rights.values().all(|rights| *rights == Rights::ANSWER) {
            Self::List(rights.keys().cloned().collect())
        } else {
            Self::Rights(rights.clone())
        }
    }
}

impl Default for Teams {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_usual(priority: &u8) -> bool {
    *priority == 0
}

/// What a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers.
    Agent,
    /// Calls.
    Customer,
}

/// A person whose token has been verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name others see.
    pub name: String,
    /// What an agent may do for which team.
    pub teams: BTreeMap<TeamId, Rights>,
    /// How urgent a customer's calls are: higher comes first.
    pub priority: u8,
    /// The only team a customer may call, when its token names one.
    pub only_team: Option<TeamId>,
    /// The only channel a customer may call through, when its token names one.
    pub only_channel: Option<ChannelId>,
    /// The only conversation the person may name, when its token names one.
    pub only_conversation: Option<ConversationId>,
}

/// Why a token was not taken. The texts say nothing about the token's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It is no JWT, is signed otherwise or with another key, or its claims are not ours.
    #[error("the token is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
}

/// Why a secret or claims cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MintError {
    /// The secret is shorter than [`MIN_SECRET_BYTES`].
    #[error("the secret has {bytes} bytes, it needs at least {MIN_SECRET_BYTES}")]
    SecretTooShort {
        /// How long it is.
        bytes: usize,
    },
    /// The name has more characters than a name may have.
    #[error("the name is too long")]
    NameTooLong,
    /// The signature could not be made.
    #[error("the token cannot be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
}

/// Mints and verifies tokens with one secret; cheap to clone.
#[derive(Clone)]
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Keys {
    /// Takes the shared secret.
    ///
    /// # Errors
    ///
    /// The secret is too short to be safe.
    pub fn new(secret: &[u8]) -> Result<Self, MintError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(MintError::SecretTooShort { bytes: secret.len() });
        }
        let encoding = EncodingKey::from_secret(secret);
        Ok(Self { encoding, decoding: DecodingKey::from_secret(secret) })
    }

    /// Signs a token for the person that holds from `now` for `lifetime`.
    ///
    /// # Errors
    ///
    /// The name is too long, or the cryptographic library failed.
    pub fn mint(
        &self,
        person: &Person,
        now: SystemTime,
        lifetime: Duration,
    ) -> Result<String, MintError> {
        let name = Name::new(&person.name).map_err(|_| MintError::NameTooLong)?;
        let (role, sub) = match &person.id {
            PersonId::Agent(id) => (Role::Agent, id.to_string()),
            PersonId::Customer(id) => (Role::Customer, id.to_string()),
        };
        let iat = seconds(now);
        self.sign(&Claims {
            sub,
            role,
            name,
            teams: Teams::of(&person.teams),
            priority: person.priority,
            team: person.only_team.clone(),
            channel: person.only_channel.clone(),
            conversation: person.only_conversation,
            iat,
            nbf: None,
            exp: iat.saturating_add(lifetime.as_secs()),
            aud: AUDIENCE.to_owned(),
        })
    }

    /// Signs the claims as they are.
    ///
    /// # Errors
    ///
    /// The cryptographic library failed.
    pub fn sign(&self, claims: &Claims) -> Result<String, MintError> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(MintError::Signing)
    }

    /// Verifies the signature first, then the times against `now`, then what the claims say.
    ///
    /// # Errors
    ///
    /// The token cannot be taken; which part of it is wrong is told only as far as a client can do
    /// something about it.
    pub fn verify(&self, token: &str, now: SystemTime) -> Result<Person, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "aud"]);
        // The times are checked below, against the `now` given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .map_err(|error| refused(&error))?
            .claims;
        let now = seconds(now);
        if claims.exp <= now {
            return Err(TokenError::Expired);
        }
        if claims.nbf.unwrap_or(claims.iat).max(claims.iat) > now.saturating_add(CLOCK_SKEW_S) {
            return Err(TokenError::NotYetValid);
        }
        claims.try_into()
    }
}

/// A key stays out of logs.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(set)")
    }
}

/// A name stays out of logs.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Person {
    /// What the person is.
    pub fn role(&self) -> Role {
        match self.id {
            PersonId::Agent(_) => Role::Agent,
            PersonId::Customer(_) => Role::Customer,
        }
    }

    /// The teams whose calls an agent takes.
    pub fn answers(&self) -> impl Iterator<Item = &TeamId> {
        self.teams.iter().filter(|(_, rights)| rights.answer).map(|(team, _)| team)
    }
}

impl TryFrom<Claims> for Person {
    type Error = TokenError;

    fn try_from(claims: Claims) -> Result<Self, TokenError> {
        let sub = claims.sub.as_str();
        let id = match claims.role {
            Role::Agent => sub.parse::<AgentId>().map(PersonId::Agent).ok(),
            Role::Customer => sub.parse::<CustomerId>().map(PersonId::Customer).ok(),
        };
        let id = id.ok_or(TokenError::Invalid)?;
        let misplaced = match claims.role {
            Role::Agent => {
                claims.team.is_some() || claims.channel.is_some() || claims.priority != 0
            }
            Role::Customer => {
                !claims.teams.is_empty() || (claims.team.is_some() && claims.channel.is_some())
            }
        };
        if misplaced {
            return Err(TokenError::Invalid);
        }
        Ok(Self {
            name: claims.name.into_option().unwrap_or_else(|| claims.sub.clone()),
            id,
            teams: claims.teams.into_rights(),
            priority: claims.priority,
            only_team: claims.team,
            only_channel: claims.channel,
            only_conversation: claims.conversation,
        })
    }
}

fn refused(error: &jsonwebtoken::errors::Error) -> TokenError {
    // The library's kinds tell keys and parsers apart; a client can use none of that.
    if matches!(error.kind(), ErrorKind::ExpiredSignature) {
        return TokenError::Expired;
    }
    TokenError::Invalid
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
