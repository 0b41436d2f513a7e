//! `docs/gateway-settings.md`, rendered from the types and their defaults.

use super::holds;
use contracts::gateway_settings::GatewaySettings;
use schemars::schema_for;
use serde_json::Value;
use std::fmt::Write as _;

const HEAD: &str = "# What can be set at the gateway

Rendered from `contracts::gateway_settings` by a test; `UPDATE=1` writes it anew. In a `Shop` all of it stands
under `spec.gateway`. The operator writes it into a file, which the gateway reads again every two seconds
(`GATEWAY_SETTINGS`), so a change needs no restart; what does not change keeps what it has learned. A file that
makes no sense is refused as a whole, with a log and `shop_gateway_settings_valid` 0, and the former one stays.

Times are texts such as `5s`, `1m 30s` or `200ms`, of at most a day.

| setting | default | |
|---|---|---|
";

#[test]
fn the_table_of_settings_is_current() {
    let schema = schema_for!(GatewaySettings).to_value();
    let defaults = serde_json::to_value(GatewaySettings::default()).expect("they have a JSON form");
    let mut table = Table { text: HEAD.to_owned(), definitions: &schema["$defs"] };
    table.group("", &schema, Some(&defaults));
    holds("../../docs/gateway-settings.md", &table.text);
}

struct Table<'a> {
    text: String,
    definitions: &'a Value,
}

impl Table<'_> {
    fn group(&mut self, prefix: &str, schema: &Value, defaults: Option<&Value>) {
        let fields = schema["properties"].as_object().expect("a group has fields");
        for (name, field) in fields {
            let path = format!("{prefix}{name}");
            let default = defaults.and_then(|it| it.get(name));
            self.field(&path, field, default);
        }
    }

    fn field(&mut self, path: &str, field: &Value, default: Option<&Value>) {
        let inner = self.definition(field);
        if inner["properties"].is_object() {
            self.group(&format!("{path}."), &inner, default);
        } else if field["items"]["$ref"].is_string() {
            self.row(path, field, default);
            self.group(&format!("{path}[]."), &self.definition(&field["items"]), None);
        } else if field["additionalProperties"]["$ref"].is_string() {
            self.row(path, field, default);
            let of_each = self.definition(&field["additionalProperties"]);
            self.group(&format!("{path}.<service>."), &of_each, None);
        } else {
            self.row(path, field, default);
        }
    }

    /// What a field refers to, or the field itself.
    fn definition(&self, field: &Value) -> Value {
        let name = field["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/"));
        name.map_or_else(|| field.clone(), |it| self.definitions[it].clone())
    }

    fn row(&mut self, path: &str, field: &Value, default: Option<&Value>) {
        let told = field["description"].as_str().unwrap_or_default().replace('\n', " ");
        let default = match default {
            Some(Value::String(text)) => format!("`{text}`"),
            Some(other) => format!("`{other}`"),
            None => String::new(),
        };
        writeln!(self.text, "| `{path}` | {default} | {told} |").expect("a text can be written to");
    }
}
