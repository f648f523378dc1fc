//! Passwords and refresh tokens. Randomness comes in as an argument; nothing in here can be
//! printed by accident.

mod common;
mod password;
mod password_hash;
mod refresh;

pub use password::{Password, PasswordError};
pub use password_hash::{PasswordHash, PasswordHashError, SALT_BYTES, Verdict};
pub use refresh::{
    Family, FamilyId, Presented, REFRESH_RANDOM_BYTES, RefreshTerms, RefreshToken,
    RefreshTokenError,
};
