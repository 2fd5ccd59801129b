//! Times as people say them.

/// `43 min 12 s` for so many milliseconds: at most two units, rounded to the smaller one.
pub fn spoken(ms: u64) -> String {
    const UNITS: [(&str, u64); 5] = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("min", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let Some(first) = UNITS.iter().position(|(_, unit)| ms >= *unit) else {
        return "no time".to_string();
    };
    let (name, unit) = UNITS[first];
    let Some((small_name, small)) = UNITS
        .get(first + 1)
        .filter(|(small, _)| *small != "ms" || ms < 60_000)
    else {
        return format!("{} {name}", ms / unit);
    };
    if *small_name == "ms" {
        let tenths = (ms + 50) / 100;
        return match tenths % 10 {
            0 => format!("{} s", tenths / 10),
            rest => format!("{}.{rest} s", tenths / 10),
        };
    }
    let whole = (ms + small / 2) / small;
    let per = unit / small;
    match whole % per {
        0 => format!("{} {name}", whole / per),
        rest => format!("{} {name} {rest} {small_name}", whole / per),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_two_units() {
        for (ms, expected) in [
            (0, "no time"),
            (250, "250 ms"),
            (51_840, "51.8 s"),
            (26_000, "26 s"),
            (129_600, "2 min 10 s"),
            (2_592_000, "43 min 12 s"),
            (25_920_000, "7 h 12 min"),
            (172_800_000, "2 d"),
            (3_599_900, "60 min"),
        ] {
            assert_eq!(spoken(ms), expected, "{ms}");
        }
    }
}
