//! Whether a value is as a JSON Schema says, as far as the schemas of our messages go. A keyword that is
//! not known here fails, so that nothing passes unseen.

use serde_json::Value;

/// Keywords that describe and do not constrain.
const WORDS: [&str; 5] = ["$schema", "title", "description", "default", "format"];

/// Checks a value and all that is in it.
///
/// # Panics
/// When it is not as the schema says.
pub(crate) fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Err(wrong) = holds(document, schema, value) {
        panic!("{at}: {wrong}");
    }
}

fn holds(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let Some(schema) = schema.as_object() else {
        let is_open = schema.as_bool() == Some(true);
        return is_open.then_some(()).ok_or_else(|| format!("{schema} lets nothing through"));
    };
    for (keyword, rule) in schema {
        keyword_holds(document, keyword, rule, value)
            .map_err(|wrong| format!("{keyword} of {value}: {wrong}"))?;
    }
    Ok(())
}

fn keyword_holds(
    document: &Value,
    keyword: &str,
    rule: &Value,
    value: &Value,
) -> Result<(), String> {
    let all = |rules: &Value| {
        let rules = rules.as_array().expect("a list of schemas");
        rules.iter().map(|it| holds(document, it, value)).collect::<Vec<_>>()
    };
    let must = |holds: bool| holds.then_some(()).ok_or_else(|| format!("it must be {rule}"));
    match keyword {
        "$ref" => {
            let pointer = rule.as_str().and_then(|it| it.strip_prefix('#'));
            let schema = pointer.and_then(|it| document.pointer(it));
            holds(document, schema.ok_or("it leads nowhere")?, value)
        }
        "type" => must(is_of(rule, value)),
        "enum" => must(rule.as_array().is_some_and(|it| it.contains(value))),
        "const" => must(rule == value),
        "minimum" => must(value.as_i64() >= rule.as_i64()),
        "maximum" => must(value.as_i64() <= rule.as_i64()),
        "allOf" => all(rule).into_iter().collect(),
        "anyOf" => must(all(rule).iter().any(Result::is_ok)),
        "oneOf" => must(all(rule).iter().filter(|it| it.is_ok()).count() == 1),
        "required" => must(names(rule).all(|it| value.get(it).is_some())),
        "properties" => fields(rule).try_for_each(|(name, schema)| match value.get(name) {
            Some(it) => holds(document, schema, it),
            None => Ok(()),
        }),
        "items" => elements(value).try_for_each(|it| holds(document, rule, it)),
        // Looks at its neighbour, which is not seen here; our types refuse for themselves.
        "additionalProperties" => Ok(()),
        it if WORDS.contains(&it) => Ok(()),
        _ => Err("this keyword is not known".to_owned()),
    }
}

/// Whether a value is of a type, or of one of several.
fn is_of(types: &Value, value: &Value) -> bool {
    let kinds = types.as_array().map_or_else(|| vec![types], |it| it.iter().collect());
    kinds.into_iter().filter_map(Value::as_str).any(|kind| match kind {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    })
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn fields(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn elements(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

#[test]
fn what_is_not_as_the_schema_says_is_found() {
    use serde_json::json;
    let document = json!({ "count": { "type": "integer", "minimum": 0 } });
    let schema = json!({
        "type": "object",
        "required": ["count"],
        "properties": {
            "count": { "$ref": "#/count" },
            "names": { "type": ["array", "null"], "items": { "enum": ["a", "b"] } },
        },
    });
    let is_good = |value: Value| holds(&document, &schema, &value).is_ok();
    assert!(is_good(json!({ "count": 1, "names": ["a"] })) && is_good(json!({ "count": 0 })));
    for wrong in [
        json!([]),
        json!({}),
        json!({ "count": -1 }),
        json!({ "count": "1" }),
        json!({ "count": 1.5 }),
        json!({ "count": 1, "names": ["c"] }),
    ] {
        assert!(!is_good(wrong.clone()), "{wrong}");
    }
    assert!(holds(&document, &json!({ "pattern": "a" }), &json!("a")).is_err());
}
