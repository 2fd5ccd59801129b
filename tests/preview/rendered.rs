//! The Markdown as GitHub reads it: tables are tables, what is opened is closed, and HTML is ours alone.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// HTML that a comment may have.
const OURS: [&str; 5] = [
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<sub>",
];

/// What a comment shows.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Each row of each table, its cells as text.
    pub rows: Vec<Vec<String>>,
    /// All text that is not code.
    pub prose: String,
    /// The HTML.
    pub html: String,
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM
}

/// Renders a comment.
///
/// # Panics
///
/// Where it has a link, an image, HTML that is not ours, or a part that is not closed.
pub fn rendered(comment: &str) -> Rendered {
    let mut rendered = Rendered::default();
    let mut open = 0;
    let (mut columns, mut in_block) = (0, false);
    for event in Parser::new_ext(comment, options()) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => {
                for tag in tags(&text) {
                    let known = OURS.contains(&tag.as_str())
                        || tag == "</sub>"
                        || tag.starts_with(burnwatch::preview::TAG);
                    assert!(known, "{tag} is not ours:\n{comment}");
                }
                open += text.matches("<details>").count();
                let closed = text.matches("</details>").count();
                assert!(closed <= open, "more is closed than open:\n{comment}");
                open -= closed;
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                panic!("a link:\n{comment}")
            }
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::TableHead | Tag::TableRow) => rendered.rows.push(Vec::new()),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                assert_eq!(rendered.rows.last().unwrap().len(), columns);
            }
            Event::Start(Tag::TableCell) => {
                rendered.rows.last_mut().unwrap().push(String::new());
            }
            Event::Code(text) => add(&mut rendered, &text, columns),
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(_) if in_block => {}
            Event::Text(text) => {
                rendered.prose.push_str(&text);
                rendered.prose.push('\n');
                add(&mut rendered, &text, columns);
            }
            Event::End(TagEnd::Table) => columns = 0,
            _ => {}
        }
    }
    assert_eq!(open, 0, "not everything is closed:\n{comment}");
    html::push_html(&mut rendered.html, Parser::new_ext(comment, options()));
    rendered
}

fn add(rendered: &mut Rendered, text: &str, columns: usize) {
    if columns > 0
        && let Some(cell) = rendered.rows.last_mut().and_then(|row| row.last_mut())
    {
        cell.push_str(text);
    }
}

/// Everything between `<` and `>` in a piece of HTML.
fn tags(html: &str) -> Vec<String> {
    let parts = html.split('<').skip(1);
    parts
        .map(|part| format!("<{}>", part.split('>').next().unwrap_or_default()))
        .collect()
}

/// Every comment that was looked at.
fn goldens() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/preview/golden");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            (
                path.display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect()
}

#[test]
fn every_comment_is_sound_markdown() {
    let goldens = goldens();
    assert!(goldens.len() >= 10, "{}", goldens.len());
    for (path, text) in goldens {
        let rendered = rendered(&text);
        assert!(rendered.html.contains("<h3>SLO preview: "), "{path}");
        if !text.contains(": no ") {
            assert!(rendered.html.contains("<table>"), "{path}");
        }
        let fences = text.matches("```diff").count();
        let blocks = rendered
            .html
            .matches("<code class=\"language-diff\">")
            .count();
        assert_eq!(fences, blocks, "{path}");
    }
}

#[test]
fn the_page_shows_a_comment_as_it_is() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let comment = read("tests/preview/golden/simulated.md");
    let (above, _) = comment.split_once("\n<details>").unwrap();
    let page = read("docs/preview.md");
    assert!(
        page.contains(above.trim_end()),
        "docs/preview.md has not:\n{above}"
    );
}
