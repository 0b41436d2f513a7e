use super::*;
use proptest::{collection::vec, prelude::*, sample::select};

#[test]
fn addresses() {
    for good in ["ada@example.com", " ada@example.com ", "a.b+c@x-y.example.org", "o'hara@d.ie"] {
        assert!(EmailAddress::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ada@-example.com",
        "ada@example..com",
        ".ada@example.com",
        "ada@example.com\r\nBcc: x@y.z",
        "a@b@example.com",
        "ada@exam_ple.com",
        "ädä@example.com",
    ] {
        assert_eq!(EmailAddress::parse(bad), Err(BadText::NotAnAddress), "{bad}");
    }
}

#[test]
fn names() {
    assert_eq!(Name::parse("  Laptop ").unwrap().as_str(), "Laptop");
    assert_eq!(Name::parse(" "), Err(BadText::Empty));
    assert_eq!(Name::parse(&"x".repeat(201)), Err(BadText::TooLong));
    for hidden in ["a\nb", "\u{200b}", "a\u{202e}b", "a\u{2028}b", "\u{e0041}"] {
        assert_eq!(Name::parse(hidden), Err(BadText::Control), "{hidden:?}");
    }
    assert!(Name::parse("Café ☕ 咖啡 👩\u{200d}💻").is_ok());
}

/// Characters that nobody sees, of each kind.
const BLANK: &[char] = &[
    ' ',
    '\u{a0}',
    '\u{ad}',
    '\u{34f}',
    '\u{115f}',
    '\u{1160}',
    '\u{17b4}',
    '\u{180b}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2800}',
    '\u{3000}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fffb}',
    '\u{1d173}',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e0100}',
    '\u{e01ef}',
];
/// Those that turn what is around them.
const TURNING: &[char] = &[
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

#[test]
fn what_belongs_to_letters_and_emoji_stays() {
    for name in [
        "❤\u{fe0f}",
        "👩\u{200d}💻",
        "می\u{200c}خواهم",
        "葛\u{e0100}",
        "\u{1112}\u{1160}한",
        "⠓⠊\u{2800}⠽⠕⠥",
    ] {
        assert_eq!(Name::parse(name).map(String::from), Ok(name.to_owned()), "{name:?}");
    }
}

proptest! {
    #[test]
    fn nobody_is_called_by_what_nobody_sees(name in vec(select(BLANK), 0..=200)) {
        let name: String = name.into_iter().collect();
        prop_assert!(Name::parse(&name).is_err(), "{name:?}");
    }

    #[test]
    fn what_turns_the_text_has_no_place_in_a_name(
        (before, after) in ("\\PC{0,20}", "\\PC{0,20}"),
        turning in select(TURNING),
    ) {
        prop_assert!(turns(turning));
        let name = format!("a{before}{turning}{after}b");
        prop_assert_eq!(Name::parse(&name), Err(BadText::Control));
    }

    #[test]
    fn a_name_can_be_seen_and_is_taken_again(name in any::<String>()) {
        if let Ok(name) = Name::parse(&name) {
            prop_assert!(name.as_str().chars().any(|it| !is_blank(it)));
            prop_assert!(!name.as_str().chars().any(|it| turns(it) || it.is_control()));
            prop_assert_eq!(Name::parse(name.as_str()), Ok(name));
        }
    }
}
