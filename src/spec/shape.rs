//! What the files of users may look like, as data.
//!
//! Readers, JSON Schema and `docs/spec.md` are three renderings of these tables: a field that is not in a table does not
//! exist anywhere.

use super::scalar::Scalar;

/// What a value may be.
#[derive(Clone, Copy)]
pub enum Shape {
    /// One scalar.
    Scalar(&'static Scalar),
    /// A sequence of one shape, of at most so many items.
    List(&'static Shape, usize),
    /// A mapping whose keys the user chooses.
    Map {
        /// What a key must look like.
        key: &'static Scalar,
        /// What every value must look like.
        value: &'static Shape,
    },
    /// A mapping with known fields.
    Object(&'static Object),
    /// A mapping with known fields, given where the shape is used: SLI kinds belong to the model.
    Slot(Slot),
    /// A scalar, or a mapping with known fields.
    Either(&'static Scalar, &'static Object),
}

/// A place that another layer fills with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The `sli` of an SLO.
    Sli,
    /// A template of the workspace.
    SliTemplate,
    /// The options of checks, by code.
    CheckOptions,
}

/// A mapping with known fields.
pub struct Object {
    /// What the mapping is, with its article, such as `an SLO`.
    pub name: &'static str,
    /// Its fields, in the order in which they are best written.
    pub fields: &'static [Field],
    /// Of each of these groups exactly one field must be there.
    pub one_of: &'static [&'static [&'static str]],
}

/// One field.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it must be there, and what it is otherwise.
    pub presence: Presence,
    /// What it means, in whole sentences.
    pub doc: &'static str,
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It must, unless the mapping of this name beside the list has it.
    Inherited(&'static str),
    /// It need not; then nothing.
    Optional,
    /// It need not; then this.
    Default(&'static str),
}

/// What fills the slots.
#[derive(Clone, Copy)]
pub struct Slots {
    /// The fields of `sli`.
    pub sli: &'static Object,
    /// The fields of a template.
    pub sli_template: &'static Object,
    /// The options of checks.
    pub check_options: &'static Object,
}

impl Slots {
    /// The object that fills `slot`.
    pub fn fill(&self, slot: Slot) -> &'static Object {
        match slot {
            Slot::Sli => self.sli,
            Slot::SliTemplate => self.sli_template,
            Slot::CheckOptions => self.check_options,
        }
    }
}

impl Object {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field that need not be there.
pub const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Optional,
        doc,
    }
}

/// A field that must be there.
pub const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Required,
        doc,
    }
}

/// The field of a file that speaks for all that is listed beside it.
pub const INHERITED_FROM: &str = "defaults";

/// A field that must be there, or in [`INHERITED_FROM`] of the file.
pub const fn inherited(name: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Inherited(INHERITED_FROM),
        doc,
    }
}

/// A field with a default, which is said in the words of the file.
pub const fn defaulted(
    name: &'static str,
    shape: Shape,
    default: &'static str,
    doc: &'static str,
) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Default(default),
        doc,
    }
}
