//! `docs/asyncapi.json`: the same reference for tools, as an AsyncAPI 3.0 document with the AMQP bindings
//! 0.3.0. Rendered from the registry, the topology and the types; the examples are the form files.

use super::{
    forms::{self, Form},
    holds, schema,
};
use contracts::{
    registry::{SAID, Said, must_be_heard},
    topology::{Queue, queues},
};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The version of the AMQP bindings.
const BINDING: &str = "0.3.0";
/// A message that outlives the broker.
const PERSISTENT: u8 = 2;

const ABOUT: &str = "What the services of a shop say to each other over RabbitMQ. A message is published \
to an exchange under its routing key; each queue is consumed by one service and hears the keys that \
`x-bindings` lists. Messages come at least once and in any order: `cloudEvents_id` names a message, and a \
redelivery has the same one. Fields may be added to a message, and none is taken away.";

fn document() -> Value {
    let settings = SchemaSettings::draft07().with(|it| {
        it.definitions_path = "/components/schemas".into();
    });
    let mut schemas = settings.into_generator();
    let forms = forms::all();
    let messages = named(SAID.map(|it| (it.key, message(it, &forms[it.key], &mut schemas))));
    let keys = SAID.map(|it| (it.key, key_channel(it)));
    let queues = queues();
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Shopkeeper",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE") },
        },
        "defaultContentType": "application/json",
        "channels": named(keys.into_iter().chain(queues.iter().map(|it| (it.name, queue_channel(it))))),
        "operations": named(SAID.map(say).into_iter().chain(queues.iter().map(hear))),
        "components": {
            "messages": messages,
            "messageTraits": { "cloudEvent": cloud_event(&forms[SAID[0].key]) },
            "schemas": schemas.take_definitions(true),
        },
    });
    // The same, whether or not something in the build lets objects keep their order.
    document.sort_all_objects();
    document
}

fn named(parts: impl IntoIterator<Item = (impl Into<String>, Value)>) -> Map<String, Value> {
    parts.into_iter().map(|(name, it)| (name.into(), it)).collect()
}

fn reference(path: &str) -> Value {
    json!({ "$ref": format!("#/{path}") })
}

fn message(said: Said, form: &Form, schemas: &mut SchemaGenerator) -> Value {
    let body: Value = serde_json::from_str(&form.text).expect("a form is JSON");
    json!({
        "name": said.key,
        "title": said.meaning,
        "traits": [reference("components/messageTraits/cloudEvent")],
        "payload": (said.schema)(schemas),
        "bindings": { "amqp": { "messageType": said.key, "bindingVersion": BINDING } },
        "examples": [{ "headers": attributes(form, said.by.name), "payload": body }],
    })
}

fn attributes(form: &Form, by: &str) -> Map<String, Value> {
    named(form.envelope.attributes(by).map(|(name, value)| (name, value.into())))
}

/// The headers that all messages have.
fn cloud_event(any: &Form) -> Value {
    let attributes = any.envelope.attributes("").map(|(name, _)| name);
    json!({
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "description": "The attributes of a CloudEvent 1.0, in its AMQP binding.",
            "required": attributes,
            "properties": named(attributes.map(|it| (it, json!({ "type": "string" })))),
        },
    })
}

/// Where a message is published.
fn key_channel(said: Said) -> Value {
    json!({
        "address": said.key,
        "title": said.meaning,
        "messages": { said.key: reference(&format!("components/messages/{}", said.key)) },
        "bindings": { "amqp": {
            "is": "routingKey",
            "exchange": {
                "name": said.exchange.name(),
                "type": said.exchange.kind(),
                "durable": true,
                "autoDelete": false,
                "vhost": "/",
            },
            "bindingVersion": BINDING,
        }},
    })
}

/// Where messages are heard.
fn queue_channel(queue: &Queue) -> Value {
    let messages = queue.bindings.iter().map(|it| it.key);
    let bindings = queue.bindings.iter();
    let bindings = bindings.map(|it| json!({ "exchange": it.exchange.name(), "key": it.key }));
    json!({
        "address": queue.name,
        "title": format!("What {} hears", queue.service.name),
        "messages": named(messages.map(|it| (it, reference(&format!("components/messages/{it}"))))),
        "bindings": { "amqp": {
            "is": "queue",
            "queue": {
                "name": queue.name,
                "durable": true,
                "exclusive": false,
                "autoDelete": false,
                "vhost": "/",
            },
            "bindingVersion": BINDING,
        }},
        "x-bindings": bindings.collect::<Vec<_>>(),
        "x-dead-letters": queue.dead(),
    })
}

fn say(said: Said) -> (String, Value) {
    let operation = json!({
        "action": "send",
        "title": format!("{} says {}", said.by.name, said.key),
        "tags": [{ "name": said.by.name }],
        "channel": reference(&format!("channels/{}", said.key)),
        "messages": [reference(&format!("channels/{}/messages/{}", said.key, said.key))],
        "bindings": { "amqp": {
            "deliveryMode": PERSISTENT,
            "mandatory": must_be_heard(said.key),
            "timestamp": true,
            "bindingVersion": BINDING,
        }},
    });
    (format!("say.{}", said.key), operation)
}

fn hear(queue: &Queue) -> (String, Value) {
    let channel = format!("channels/{}", queue.name);
    let messages = queue.bindings.iter();
    let messages = messages.map(|it| reference(&format!("{channel}/messages/{}", it.key)));
    let operation = json!({
        "action": "receive",
        "title": format!("{} hears {}", queue.service.name, queue.name),
        "tags": [{ "name": queue.service.name }],
        "channel": reference(&channel),
        "messages": messages.collect::<Vec<_>>(),
        "bindings": { "amqp": { "ack": true, "bindingVersion": BINDING } },
    });
    (format!("hear.{}", queue.name), operation)
}

#[test]
fn the_document_is_current() {
    let text = serde_json::to_string_pretty(&document()).expect("a document has a JSON form");
    holds("../../docs/asyncapi.json", &(text + "\n"));
}

#[test]
fn each_reference_leads_somewhere() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 3 * SAID.len(), "{}", references.len());
    for it in references {
        let found = it.strip_prefix('#').and_then(|it| document.pointer(it));
        assert!(found.is_some_and(Value::is_object), "{it} leads nowhere");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    let parts: Vec<&Value> = match value {
        Value::Object(it) => {
            references.extend(it.get("$ref").and_then(Value::as_str));
            it.values().collect()
        }
        Value::Array(it) => it.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for it in parts {
        collect(it, references);
    }
}

#[test]
fn each_operation_names_messages_of_its_own_channel() {
    let document = document();
    let operations = document["operations"].as_object().expect("there are operations");
    assert_eq!(operations.len(), SAID.len() + queues().len());
    for (name, operation) in operations {
        let channel = operation["channel"]["$ref"].as_str().expect("a reference");
        let messages = operation["messages"].as_array().expect("a list");
        assert!(!messages.is_empty(), "{name}");
        for it in messages {
            let message = it["$ref"].as_str().expect("a reference");
            assert!(message.starts_with(&format!("{channel}/messages/")), "{name}: {message}");
        }
    }
}

#[test]
fn each_example_is_as_its_schema_says() {
    let document = document();
    let headers = &document["components"]["messageTraits"]["cloudEvent"]["headers"];
    for it in SAID {
        let message = &document["components"]["messages"][it.key];
        let example = &message["examples"][0];
        schema::check(&document, &message["payload"], &example["payload"], it.key);
        schema::check(&document, headers, &example["headers"], it.key);
    }
}
