//! The reference of every field, `docs/spec.md`: a rendering of the shapes.

use std::fmt::Write;

use super::shape::{Field, Object, Presence, Shape, Slots};

/// The tables of `object` and of everything in it, each object once.
pub fn tables(title: &str, object: &'static Object, slots: &Slots) -> String {
    let mut page = Page {
        out: String::new(),
        slots,
        done: Vec::new(),
    };
    page.object(title, object);
    page.out
}

struct Page<'a> {
    out: String,
    slots: &'a Slots,
    done: Vec<&'static str>,
}

impl Page<'_> {
    fn object(&mut self, title: &str, object: &'static Object) {
        if self.done.contains(&object.name) {
            return;
        }
        self.done.push(object.name);
        let _ = writeln!(self.out, "### {title}\n");
        for group in object.one_of {
            let _ = writeln!(
                self.out,
                "Exactly one of {}.\n",
                super::scalar::list_all(group)
            );
        }
        self.out
            .push_str("| field | takes | unless given | meaning |\n|---|---|---|---|\n");
        for field in object.fields {
            self.row(field);
        }
        self.out.push('\n');
        for field in object.fields {
            self.inner(title, field.name, &field.shape);
        }
    }

    fn row(&mut self, field: &Field) {
        let absent = match field.presence {
            Presence::Required => "required".to_string(),
            Presence::Inherited(from) => format!("required, here or in `{from}`"),
            Presence::Optional => "-".to_string(),
            Presence::Default(default) if default.contains('`') => default.to_string(),
            Presence::Default(default) => format!("`{}`", default.replace('|', r"\|")),
        };
        let _ = writeln!(
            self.out,
            "| `{}` | {} | {absent} | {} |",
            field.name,
            self.takes(&field.shape),
            field.doc.replace('|', "\\|")
        );
    }

    fn takes(&self, shape: &Shape) -> String {
        match shape {
            Shape::Scalar(scalar) if scalar.choices.is_empty() => scalar.name.to_string(),
            Shape::Scalar(scalar) => super::scalar::list(scalar.choices),
            Shape::List(item, items_max) => {
                format!("a list of at most {items_max}, each {}", self.takes(item))
            }
            Shape::Map { key, value } => {
                format!("a mapping of {} to {}", key.name, self.takes(value))
            }
            Shape::Object(object) => object.name.to_string(),
            Shape::Slot(slot) => self.slots.fill(*slot).name.to_string(),
            Shape::Either(scalar, object) => format!("{} or {}", scalar.name, object.name),
        }
    }

    /// Tables of what a field holds, under the path that leads there.
    fn inner(&mut self, title: &str, name: &str, shape: &Shape) {
        let below = format!("{title} › {name}");
        match shape {
            Shape::Scalar(_) => {}
            Shape::List(item, _) => self.inner(title, name, item),
            Shape::Map { value, .. } => self.inner(title, &format!("{name} › *"), value),
            Shape::Object(object) | Shape::Either(_, object) => self.object(&below, object),
            Shape::Slot(slot) => self.object(&below, self.slots.fill(*slot)),
        }
    }
}
