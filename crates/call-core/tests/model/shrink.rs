//! A failure made small: bytes are dropped as long as it still fails.

/// The least bytes found that still fail, and how.
pub(crate) fn shrink(
    bytes: &[u8],
    why: String,
    play: impl Fn(&[u8]) -> Result<usize, String>,
) -> (Vec<u8>, String) {
    let (mut least, mut why) = (bytes.to_vec(), why);
    let mut chunk = least.len() / 2;
    while chunk > 0 {
        let mut from = 0;
        while from < least.len() {
            let mut fewer = least.clone();
            fewer.drain(from..(from + chunk).min(least.len()));
            match play(&fewer) {
                Ok(_) => from += chunk,
                Err(still) => (least, why) = (fewer, still),
            }
        }
        chunk /= 2;
    }
    (least, why)
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("half a byte is a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.trim().chars().collect();
    let byte = |pair: &[char]| {
        let pair: String = pair.iter().collect();
        u8::from_str_radix(&pair, 16).expect("a corpus file is hex")
    };
    digits.chunks(2).map(byte).collect()
}
