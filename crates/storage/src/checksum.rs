/// FNV-1a, 64 bits: the prime and the offset its authors chose.
const PRIME: u64 = 0x0000_0100_0000_01b3;
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// Sums a row up, so that a flipped bit in the file is found when the row is read.
///
/// `SQLite` keeps checksums over the write-ahead log only; what has reached the main file has none.
/// The numbers of the row are part of the sum: a body under the wrong position is damage too. The
/// sum guards against accidents, not against people; any change of a single byte changes it.
pub(crate) fn of<const N: usize>(numbers: [u64; N], body: &[u8]) -> i64 {
    let numbers = numbers.into_iter().flat_map(u64::to_le_bytes);
    let bytes = numbers.chain(body.iter().copied());
    bytes.fold(OFFSET, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(PRIME)) as i64
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn any_changed_byte_or_number_changes_the_sum() {
        let sum = of([1, 2], b"body");
        assert_eq!(sum, of([1, 2], b"body"));
        for other in [of([2, 2], b"body"), of([1, 3], b"body"), of([1, 2], b"bodx")] {
            assert_ne!(sum, other);
        }
    }
}
