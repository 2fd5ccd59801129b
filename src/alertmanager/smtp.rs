//! What a configuration says for all mail.

use crate::yaml::{Mapping, Value};

/// What `global` says for all mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Smtp {
    /// Who sends it.
    pub from: Setting,
    /// Which server takes it.
    pub smarthost: Setting,
}

/// Whether a setting is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// It is.
    Set,
    /// It is not, or says nothing.
    #[default]
    Absent,
}

/// What a file says.
pub(super) fn smtp(file: &Mapping) -> Smtp {
    let Some(Value::Mapping(global)) = file.get("global").map(|node| &node.value) else {
        return Smtp::default();
    };
    let setting = |field| match global.get(field).map(|node| &node.value) {
        Some(Value::Scalar(scalar)) if !scalar.text.is_empty() => Setting::Set,
        Some(_) | None => Setting::Absent,
    };
    Smtp {
        from: setting("smtp_from"),
        smarthost: setting("smtp_smarthost"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::config;
    use super::*;

    #[test]
    fn what_is_said_for_all_mail_is_known_by_its_field() {
        let check = |global: &str, from: Setting, smarthost: Setting| {
            let text =
                format!("global: {global}\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n");
            assert_eq!(config(&text).smtp, Smtp { from, smarthost }, "{global}");
        };
        check("{}", Setting::Absent, Setting::Absent);
        check("{smtp_from: a@b.example}", Setting::Set, Setting::Absent);
        check(
            "{smtp_smarthost: 'c.example:25', smtp_from: ''}",
            Setting::Absent,
            Setting::Set,
        );
    }
}
