//! In which format somebody wants an answer (RFC 9110, 12.5.1).

/// Most alternatives of a header that are looked at.
const ALTERNATIVES_MAX: usize = 32;

/// Whether `Accept` names `wanted` and likes it at least as much as `other`. A wildcard does not name it.
pub fn prefers(accept: &str, wanted: &str, other: &str) -> bool {
    let wanted = weight(accept, wanted);
    wanted > 0 && wanted >= weight(accept, other)
}

/// How much a media type is liked, in thousandths; nothing where it is not named.
fn weight(accept: &str, media_type: &str) -> u32 {
    let named = accept.split(',').take(ALTERNATIVES_MAX).filter_map(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next()?;
        let quality = pieces.find_map(|piece| piece.strip_prefix("q=")).map(milli);
        name.eq_ignore_ascii_case(media_type)
            .then(|| quality.unwrap_or(1_000))
    });
    named.max().unwrap_or(0)
}

/// `0.25` as 250; what is no quality as 0.
fn milli(text: &str) -> u32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{part:0<3}");
    match (whole, digits.len(), digits.parse::<u32>()) {
        ("0", 3, Ok(milli)) => milli,
        ("1", 3, Ok(0)) => 1_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: bool) {
        let open = "application/openmetrics-text";
        assert_eq!(prefers(accept, open, "text/plain"), expected, "{accept}");
    }

    #[test]
    fn a_format_is_given_to_those_who_name_it_and_like_it_best() {
        check("application/openmetrics-text", true);
        check(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
            true,
        );
        check("text/plain, application/openmetrics-text;q=0.9", false);
        check("Application/OpenMetrics-Text; q=1.000", true);
        check("application/openmetrics-text;q=0", false);
        check("application/openmetrics-text;q=2", false);
        check("application/openmetrics-text;q=0.00001", false);
        check("*/*", false);
        check("", false);
        let late = "x/y,".repeat(ALTERNATIVES_MAX - 1) + "application/openmetrics-text";
        check(&late, true);
        check(&format!("x/y,{late}"), false);
    }
}
