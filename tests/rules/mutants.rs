//! Small changes to the condition of an alert, one at a time.

/// A changed condition.
pub struct Mutant {
    /// What was changed: the line, and from what to what.
    pub change: String,
    /// The whole condition.
    pub expr: String,
}

/// Splits a condition so that names, numbers, strings and operators are tokens of their own.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || "_:.".contains(c);
        let length = match first {
            '"' => rest[1..].find('"').unwrap() + 2,
            '<' | '>' | '=' | '!' if rest[1..].starts_with(['=', '~']) => 2,
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        found.push(token);
        rest = behind;
    }
    found
}

const COMPARISONS: [(&str, &[&str]); 3] = [
    (">", &[">=", "<", "<=", "=="]),
    (">=", &[">", "<", "<="]),
    ("<", &["<=", ">", ">="]),
];

/// What a token may be changed to; `before` are the tokens before it, `windows` the recorded windows by length.
fn changes(token: &str, before: &[&str], windows: &[String]) -> Vec<String> {
    let behind =
        |word: &str| token != " " && before.iter().rev().find(|t| **t != " ") == Some(&word);
    if let Some((_, others)) = COMPARISONS.iter().find(|(c, _)| *c == token) {
        return others.iter().map(|other| other.to_string()).collect();
    }
    if ["and", "or"].contains(&token) {
        let other = if token == "and" { "or" } else { "and" };
        return vec![other.to_string(), "unless".to_string()];
    }
    if let Ok(number) = token.parse::<f64>() {
        return vec![(number * 1.5).to_string(), (number / 1.5).to_string()];
    }
    for series in ["slo:events:increase", "slo:errors:increase"] {
        if let Some(window) = token.strip_prefix(series) {
            let at = windows.iter().position(|w| w == window).unwrap();
            let near = [at.checked_sub(1), Some(at + 1)];
            let near = near.into_iter().flatten().filter_map(|at| windows.get(at));
            return near.map(|window| format!("{series}{window}")).collect();
        }
    }
    if behind("offset") {
        let hours: u64 = token.strip_suffix('h').unwrap().parse().unwrap();
        let others = [hours * 30, hours * 120, (hours - 1) * 60, (hours + 1) * 60];
        let mut others: Vec<String> = others
            .into_iter()
            .filter(|minutes| *minutes != hours * 60)
            .map(|minutes| match minutes {
                // An offset of nothing is no PromQL.
                0 => "1s".to_string(),
                minutes => format!("{minutes}m"),
            })
            .collect();
        others.sort();
        others.dedup();
        return others;
    }
    if behind("[") {
        return vec!["15m".to_string(), "1h".to_string()];
    }
    Vec::new()
}

/// Every change of one token.
fn token_mutants(lines: &[&str], windows: &[String], found: &mut Vec<Mutant>) {
    for (at, line) in lines.iter().enumerate() {
        let tokens = tokens(line);
        for (place, token) in tokens.iter().enumerate() {
            for change in changes(token, &tokens[..place], windows) {
                let mut changed = tokens.clone();
                changed[place] = &change;
                let mut all = lines.to_vec();
                let line = changed.concat();
                all[at] = &line;
                let nth = tokens[..place].iter().filter(|t| *t == token).count();
                let nth = match nth {
                    0 => String::new(),
                    nth => format!(" #{}", nth + 1),
                };
                found.push(Mutant {
                    change: format!("line {}: {token}{nth} -> {change}", at + 1),
                    expr: all.join("\n"),
                });
            }
        }
    }
}

/// Whole parts of the condition left out or replaced.
fn part_mutants(lines: &[&str], tier: &str, other: Option<&str>, found: &mut Vec<Mutant>) {
    let mut add = |change: &str, expr: String| {
        found.push(Mutant {
            change: change.to_string(),
            expr,
        });
    };
    for at in 0..lines.len() {
        let mut rest = lines.to_vec();
        rest.remove(at);
        let expr = rest.join("\n");
        let expr = expr.strip_prefix("and ").unwrap_or(&expr);
        add(&format!("line {} dropped", at + 1), expr.to_string());
    }
    let second = lines[1].strip_prefix("and (").unwrap();
    let second = second.strip_suffix("))").unwrap();
    let (short, hold) = second.split_once(" or (").unwrap();
    let (empty, firing) = hold.split_once(" and ").unwrap();
    let (events, _) = empty.split_once(" < ").unwrap();
    let mut with = |change: &str, line: String| {
        let mut all = lines.to_vec();
        let line = format!("and ({line})");
        all[1] = &line;
        add(change, all.join("\n"));
    };
    with("hold term dropped", short.to_string());
    with("hold term unconditional", format!("{short} or {empty}"));
    with(
        "hold term without emptiness",
        format!("{short} or ({events} and {firing})"),
    );
    with("short window dropped, hold term kept", hold.to_string());
    let pending = hold.replace("\"firing\"", "\"pending\"");
    with("hold term on pending", format!("{short} or ({pending})"));
    if let Some(other) = other {
        let hold = hold.replace(&format!("\"{tier}\""), &format!("\"{other}\""));
        with("hold term of another tier", format!("{short} or ({hold})"));
    }
    if let Some(at) = lines[0].find(" + ") {
        let mut all = lines.to_vec();
        all[0] = &lines[0][..at];
        add("confidence dropped", all.join("\n"));
    }
}

/// Every mutant of a tier's condition.
pub fn mutants(expr: &str, tier: &str, other: Option<&str>, windows: &[String]) -> Vec<Mutant> {
    let lines: Vec<&str> = expr.lines().collect();
    let mut found = Vec::new();
    token_mutants(&lines, windows, &mut found);
    part_mutants(&lines, tier, other, &mut found);
    found
}
