//! Which findings matter most, for formats that show only some.

use std::collections::BTreeMap;

use crate::diagnostics::Finding;

/// The findings with the most important first: by level, then the first of each code in each file before the second of any,
/// so that one fault that was made everywhere does not hide the others, then by place.
pub(super) fn by_importance(findings: &[Finding]) -> Vec<&Finding> {
    let mut seen = BTreeMap::new();
    let mut ranked: Vec<(usize, &Finding)> = findings
        .iter()
        .map(|finding| {
            let times = seen
                .entry((finding.code.id, finding.primary.span.source))
                .or_insert(0);
            *times += 1;
            (*times, finding)
        })
        .collect();
    ranked.sort_by_key(|(times, finding)| {
        (
            std::cmp::Reverse(finding.level),
            *times,
            finding.primary.span,
        )
    });
    ranked.into_iter().map(|(_, finding)| finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourceId, Span};
    use crate::diagnostics::code::{SP002, SP004, SP016};

    #[test]
    fn errors_come_first_and_no_fault_crowds_out_the_others() {
        let all = [SP016, SP002, SP002, SP002, SP004, SP016];
        let findings: Vec<Finding> = all
            .iter()
            .enumerate()
            .map(|(at, code)| Finding::new(*code, Span::new(SourceId(0), at, at), ""))
            .collect();
        let order: Vec<u32> = by_importance(&findings)
            .iter()
            .map(|finding| finding.primary.span.start)
            .collect();
        assert_eq!(order, [1, 4, 2, 3, 0, 5]);
    }
}
