//! The secret that tokens are signed with: written, in a file, or generated once.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::config::{AuthConfig, Config};

/// Name of the generated secret in the data folder.
const FILE: &str = "secret";
/// Of randomness, before it is written as hexadecimal digits.
const RANDOM_BYTES: usize = 32;

/// The secret could not be read or made.
#[derive(Debug, thiserror::Error)]
#[error("cannot read or create the secret {path}")]
pub struct SecretError {
    path: PathBuf,
    source: io::Error,
}

/// The secret the configuration names; generated in the data folder when it names none.
///
/// # Errors
/// A file cannot be read, or the generated one not be written.
pub fn load(config: &Config) -> Result<Vec<u8>, SecretError> {
    match &config.auth {
        AuthConfig::Secret(secret) => Ok(secret.clone()),
        AuthConfig::SecretFile(path) => read(path).map_err(|source| at(path, source)),
        AuthConfig::Generated => {
            let path = config.data.join(FILE);
            match read(&path) {
                Ok(secret) => Ok(secret),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    generate(&config.data, &path).map_err(|source| at(&path, source))
                }
                Err(source) => Err(at(&path, source)),
            }
        }
    }
}

fn at(path: &Path, source: io::Error) -> SecretError {
    SecretError { path: path.to_owned(), source }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    Ok(fs::read(path)?.trim_ascii().to_vec())
}

/// Writes beside the place and renames, so that a crash leaves a whole secret or none.
fn generate(folder: &Path, path: &Path) -> io::Result<Vec<u8>> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let digits: Vec<String> = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let secret = digits.concat();
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!("{FILE}.{}", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    Ok(secret.into_bytes())
}
