use super::*;
use crate::http::Secret;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsed")]
struct Basket {
    lines: Vec<Line>,
    extra: Option<Line>,
    size: Option<Size>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsed")]
struct Line {
    count: u32,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Size {
    Large,
}

fn told(body: &str) -> (u16, String, String) {
    let problem = parse::<Basket>(body.as_bytes()).unwrap_err();
    let error = problem.errors().first();
    let (pointer, detail) = error.map(|it| (it.pointer.clone(), it.detail.clone())).unzip();
    (problem.status().as_u16(), pointer.unwrap_or_default(), detail.unwrap_or_default())
}

fn refused(body: &str) -> (u16, String) {
    let (status, pointer, _) = told(body);
    (status, pointer)
}

#[test]
fn what_is_no_json_is_400() {
    for body in ["", "{", "[", "[1] x", "{\"lines\":[]} x", "\u{0}", r#"{"lines":[{"count":-1}"#] {
        assert_eq!(refused(body), (400, String::new()), "{body}");
    }
    let deep = "[".repeat(10_000);
    assert_eq!(refused(&format!(r#"{{"lines":{deep}"#)), (400, String::new()));
}

#[test]
fn a_wrong_field_is_422_and_pointed_at() {
    let at = |pointer: &str| (422, pointer.to_owned());
    assert_eq!(refused("{}"), at("#/lines"));
    assert_eq!(refused(r#"{"lines":[{"count":1},{"count":-1}]}"#), at("#/lines/1/count"));
    assert_eq!(refused(r#"{"lines":[{}]}"#), at("#/lines/0/count"));
    assert_eq!(refused(r#"{"lines":[{"count":1,"cuont":2}]}"#), at("#/lines/0/cuont"));
    assert_eq!(refused(r#"{"lines":[{"count":1,"count":1}]}"#), at("#/lines/0/count"));
    assert_eq!(refused(r#"{"lines":[],"lines":[]}"#), at("#/lines"));
    assert_eq!(refused(" [1]"), at("#"));
    assert_eq!(refused(r#"[[{"count":1}]]"#), at("#"));
}

#[test]
fn an_object_is_an_object_and_a_name_a_text() {
    let good = r#"{"lines":[{"count":1}],"extra":{"count":2},"size":"large"}"#;
    let basket = parse::<Basket>(good.as_bytes()).unwrap();
    assert_eq!(basket.size, Some(Size::Large));
    let at = |pointer: &str| (422, pointer.to_owned());
    assert_eq!(refused(r#"{"lines":[[1]]}"#), at("#/lines/0"));
    assert_eq!(refused(r#"{"lines":[],"extra":[1]}"#), at("#/extra"));
    assert_eq!(refused(r#"{"lines":[],"size":{"large":null}}"#), at("#/size"));
    assert_eq!(refused(r#"{"lines":[],"size":["large"]}"#), at("#/size"));
    assert_eq!(refused(r#"{"lines":[],"size":1}"#), at("#/size"));
    assert_eq!(refused(r#"{"lines":[],"size":"small"}"#), at("#/size"));
}

#[test]
fn nothing_is_said_in_the_words_of_rust() {
    for (body, words) in [
        ("[]", "expected an object"),
        ("17", "expected an object"),
        (r#"{"lines":[[1]]}"#, "expected an object"),
        (r#"{"lines":[],"size":{"large":null}}"#, "expected a text"),
        (r#"{"lines":[{"count":-1}]}"#, "expected a whole number from 0 to 4294967295"),
        (r#"{"lines":[{"count":"1"}]}"#, "expected a whole number from 0 to 4294967295"),
    ] {
        let (_, _, detail) = told(body);
        assert!(detail.contains(words), "{body}: {detail}");
        for rust in ["struct", "enum", "u32", "Basket", "Line", "Size"] {
            assert!(!detail.contains(rust), "{body}: {detail}");
        }
    }
}

#[test]
fn a_secret_is_never_repeated() {
    #[derive(Deserialize)]
    struct Card {
        token: Option<Secret>,
    }
    assert!(parse::<Card>(br#"{"token":null}"#).is_ok_and(|it| it.token.is_none()));
    for token in ["4111111111111111", "[4111111111111111]", "true"] {
        let problem = parse::<Card>(format!("{{\"token\":{token}}}").as_bytes()).err().unwrap();
        assert_eq!(problem.errors()[0].pointer, "#/token");
        assert!(!format!("{problem:?}").contains(token), "{token}");
    }
}
