//! Where the page of a check is on the web.

/// The address of the page of a check, where the package says where its repository is.
pub(super) fn of(code: &str) -> Option<String> {
    page(home()?, env!("CARGO_PKG_VERSION"), code)
}

/// The address of the repository, where the package says it.
pub(super) fn home() -> Option<&'static str> {
    let home = env!("CARGO_PKG_REPOSITORY");
    (!home.is_empty()).then_some(home)
}

fn page(home: &str, version: &str, code: &str) -> Option<String> {
    let home = home.trim_end_matches('/');
    (!home.is_empty()).then(|| format!("{home}/blob/v{version}/docs/checks/{code}.md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_in_the_repository_at_the_version_that_speaks() {
        let page = page("https://example.com/burnwatch/", "1.2.3", "AL001");
        assert_eq!(
            page.as_deref(),
            Some("https://example.com/burnwatch/blob/v1.2.3/docs/checks/AL001.md")
        );
    }
}
