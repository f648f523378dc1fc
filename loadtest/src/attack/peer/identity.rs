//! What a peer shows in the DTLS handshake, and what it asks for.

use std::sync::Arc;
use std::time::Duration;

use rtc::crypto::{HashAlgorithm, RTCCryptoProvider};
use rtc::dtls::cipher_suite::CipherSuiteId;
use rtc::dtls::config::{ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc::dtls::crypto::Certificate;
use rtc::dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc::dtls::state::State;
use rtc::srtp::config::{Config, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc::srtp::context::Context;
use rtc::srtp::protection_profile::ProtectionProfile;

use crate::attack::AttackError;

/// How soon a flight is sent again. Loopback loses packets only when it is flooded, and then often.
const FLIGHT_INTERVAL: Duration = Duration::from_millis(250);

/// A certificate with its key, and the stack's cryptography.
#[derive(Clone)]
pub(crate) struct Identity {
    provider: Arc<dyn RTCCryptoProvider>,
    certificate: Certificate,
    fingerprint: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl Identity {
    /// Makes a new one.
    pub(crate) fn generate() -> Result<Self, AttackError> {
        let provider = rtc::crypto::default_provider().map_err(AttackError::stack)?;
        let certificate =
            Certificate::generate_self_signed(vec!["mallory".to_owned()], provider.crypto())
                .map_err(AttackError::stack)?;
        let shown = certificate.certificate.first().expect("a certificate was just made");
        let hash = provider
            .crypto()
            .hash(HashAlgorithm::Sha256, shown.as_ref())
            .map_err(AttackError::stack)?;
        let bytes: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Self { provider, certificate, fingerprint: bytes.join(":") })
    }

    /// The SHA-256 of the certificate, as SDP writes it.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What a DTLS client is started with.
    pub(crate) fn client(&self) -> Result<Arc<HandshakeConfig>, AttackError> {
        let config = ConfigBuilder::default()
            .with_crypto_provider(Arc::clone(&self.provider))
            .with_certificates(vec![self.certificate.clone()])
            .with_srtp_protection_profiles(vec![
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
            ])
            .with_cipher_suites(vec![CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256])
            // Whoever attacks does not ask whom.
            .with_insecure_skip_verify(true)
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .with_flight_interval(FLIGHT_INTERVAL)
            .build(true, None)
            .map_err(AttackError::stack)?;
        Ok(Arc::new(config))
    }

    /// What sound is protected with, once the handshake is done (RFC 5764, section 4.2).
    pub(crate) fn srtp(&self, state: &State) -> Result<Context, AttackError> {
        let chosen = state.srtp_protection_profile();
        // One of the two that were offered.
        let profile = if chosen == SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm {
            ProtectionProfile::AeadAes128Gcm
        } else {
            ProtectionProfile::Aes128CmHmacSha1_80
        };
        let mut config = Config { profile, ..Config::default() };
        let length = config.keying_material_len();
        let material = state
            .export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], length)
            .map_err(AttackError::stack)?;
        config
            .set_session_keys_from_keying_material(material.as_ref(), true)
            .map_err(AttackError::stack)?;
        let keys = &config.keys;
        let (key, salt) = (&keys.local_master_key, &keys.local_master_salt);
        Context::new(key, salt, profile, None, None, self.provider.crypto())
            .map_err(AttackError::stack)
    }
}
