//! JSON Schemas (draft 2020-12) of the files, for editors: a rendering of the shapes.

use serde_json::{Map, Value, json};

use super::scalar::Scalar;
use super::shape::{Field, Object, Presence, Shape, Slots};

/// The schema of files that look like `object`.
pub fn schema(object: &'static Object, title: &str, slots: &Slots) -> Value {
    let mut schema = self::object(object, slots);
    let head = schema
        .as_object_mut()
        .expect("an object's schema is an object");
    head.insert(
        "$schema".to_string(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    head.insert("title".to_string(), json!(title));
    schema
}

fn object(object: &Object, slots: &Slots) -> Value {
    let properties: Map<String, Value> = object
        .fields
        .iter()
        .map(|f| (f.name.to_string(), field(f, slots)))
        .collect();
    let required: Vec<&str> = object
        .fields
        .iter()
        .filter(|f| f.presence == Presence::Required)
        .map(|f| f.name)
        .collect();
    let mut schema =
        json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let groups: Vec<Value> = object
        .one_of
        .iter()
        .map(|group| {
            let one: Vec<Value> = group
                .iter()
                .map(|name| json!({"required": [name]}))
                .collect();
            json!({"oneOf": one})
        })
        .collect();
    if !groups.is_empty() {
        schema["allOf"] = json!(groups);
    }
    schema
}

fn field(field: &Field, slots: &Slots) -> Value {
    let mut schema = shape(&field.shape, slots);
    let mut text = field.doc.to_string();
    if let Presence::Default(default) = field.presence {
        text.push_str(&format!(" Default: {default}."));
    }
    schema["description"] = json!(text);
    schema
}

fn shape(shape: &Shape, slots: &Slots) -> Value {
    match shape {
        Shape::Scalar(scalar) => self::scalar(scalar),
        Shape::List(item, items_max) => {
            json!({"type": "array", "maxItems": items_max, "items": self::shape(item, slots)})
        }
        Shape::Map { key, value } => {
            let mut schema =
                json!({"type": "object", "additionalProperties": self::shape(value, slots)});
            if let Some(pattern) = key.pattern {
                schema["propertyNames"] = json!({"pattern": pattern});
            }
            schema
        }
        Shape::Object(object) => self::object(object, slots),
        Shape::Slot(slot) => self::object(slots.fill(*slot), slots),
        Shape::Either(scalar, object) => {
            json!({"anyOf": [self::scalar(scalar), self::object(object, slots)]})
        }
    }
}

fn scalar(scalar: &Scalar) -> Value {
    let mut schema = match scalar.json_types {
        [one] => json!({"type": one}),
        several => json!({"type": several}),
    };
    if !scalar.choices.is_empty() {
        schema["enum"] = json!(scalar.choices);
    }
    if let Some(pattern) = scalar.pattern {
        schema["pattern"] = json!(pattern);
    }
    schema
}
