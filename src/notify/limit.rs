//! How long the parts of a request may be: data for the pages, and for the tests that hold every pager to them.

/// The longest that a part of a request may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which part: names of JSON fields with dots between them, `*` for each item of a list and each value of an object;
    /// nothing for the whole body. Of a mail the name of its part.
    pub part: &'static str,
    /// How long it may be.
    pub most: usize,
    /// In what.
    pub measure: Measure,
}

/// How a text is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Characters.
    Chars,
    /// Bytes of UTF-8.
    Bytes,
    /// Units of UTF-16: some characters are two.
    Utf16,
    /// Items of a list or an object; a text is one.
    Items,
}

impl Measure {
    /// How long `text` is.
    pub fn of(self, text: &str) -> usize {
        match self {
            Measure::Chars => text.chars().count(),
            Measure::Bytes => text.len(),
            Measure::Utf16 => text.encode_utf16().count(),
            Measure::Items => 1,
        }
    }

    /// What it is called on pages.
    pub fn unit(self) -> &'static str {
        match self {
            Measure::Chars => "characters",
            Measure::Bytes => "bytes",
            Measure::Utf16 => "UTF-16 units",
            Measure::Items => "items",
        }
    }
}

impl Limit {
    /// So many characters.
    pub const fn chars(part: &'static str, most: usize) -> Limit {
        Limit {
            part,
            most,
            measure: Measure::Chars,
        }
    }

    /// So many bytes.
    pub const fn bytes(part: &'static str, most: usize) -> Limit {
        Limit {
            part,
            most,
            measure: Measure::Bytes,
        }
    }

    /// So many units of UTF-16.
    pub const fn utf16(part: &'static str, most: usize) -> Limit {
        Limit {
            part,
            most,
            measure: Measure::Utf16,
        }
    }

    /// So many items.
    pub const fn items(part: &'static str, most: usize) -> Limit {
        Limit {
            part,
            most,
            measure: Measure::Items,
        }
    }
}
