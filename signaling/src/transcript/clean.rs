//! Text that can be shown next to other text.

/// What stands for a character that is not shown (U+FFFD).
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// A text of several lines, each without anything that would not be seen or would change how what
/// stands around it is seen.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    // CR LF is one line break; each of the others by itself is one to some program.
    let text = text.replace("\r\n", "\n");
    let lines: Vec<String> =
        text.split(breaks).map(|line| line.chars().map(shown).collect()).collect();
    lines.into_iter()
}

/// A text of one line.
pub(super) fn line(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join(" ")
}

fn breaks(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn shown(character: char) -> char {
    match character {
        '\t' => ' ',
        // Embeddings, overrides and isolates reach beyond their text (UAX #9 section 2). The marks
        // that only say which way a word goes stay: people write them.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => REPLACEMENT,
        control if control.is_control() => REPLACEMENT,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_break_breaks_and_nothing_else_does() {
        let found: Vec<_> = lines("a\r\nb\rc\nd\u{b}e\u{c}f\u{85}g\u{2028}h\u{2029}i j").collect();
        assert_eq!(found, ["a", "b", "c", "d", "e", "f", "g", "h", "i j"]);
        assert_eq!(lines("").count(), 1);
        assert_eq!(line("Bob\nAlice"), "Bob Alice");
    }

    #[test]
    fn what_would_hide_or_turn_its_surroundings_is_replaced() {
        assert_eq!(
            line("\u{202e}txt.exe\u{2066}\u{0}\u{1b}[2J\u{7f}\t!"),
            "\u{fffd}txt.exe\u{fffd}\u{fffd}\u{fffd}[2J\u{fffd} !"
        );
        let kept = "שלום\u{200f} مرحبا \u{1f468}\u{200d}\u{1f469}";
        assert_eq!(line(kept), kept);
    }
}
