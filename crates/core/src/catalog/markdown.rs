//! Markdown from authors to HTML that is safe to show.

use std::{collections::HashMap, fmt, sync::LazyLock};

use ammonia::Builder;
use comrak::{
    Arena, Options, adapters::SyntaxHighlighterAdapter, format_html_with_plugins, nodes::NodeValue,
    options::Plugins, parse_document,
};
use syntect::{
    html::{ClassStyle, ClassedHTMLGenerator},
    parsing::SyntaxSet,
    util::LinesWithEndings,
};

/// Grows when the same Markdown gives other HTML; stored HTML of another number is made anew.
pub const RENDER_VERSION: i64 = 1;

/// Prefix of the classes in highlighted code; the style sheet knows it.
const HIGHLIGHT_PREFIX: &str = "hl-";

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["input"])
        .add_tag_attributes("span", ["class"])
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        // Code wider than the page scrolls; the keyboard has to get there.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("span" | "code", "class") => value
                .split_whitespace()
                .all(|class| class.starts_with(HIGHLIGHT_PREFIX) || class.starts_with("language-"))
                .then(|| value.into()),
            _ => Some(value.into()),
        });
    builder
});

/// CommonMark with tables, strike-through, task lists and links; code is highlighted, raw HTML is sanitized.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, markdown, &options);
    for node in root.descendants() {
        if let NodeValue::Heading(heading) = &mut node.data.borrow_mut().value {
            // The page's own title is the only first-level heading.
            heading.level = heading.level.max(2);
        }
    }
    let highlighter = Highlighter;
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&highlighter);
    let mut html = String::with_capacity(markdown.len() * 2);
    // Writing to a string can't fail.
    let _ = format_html_with_plugins(root, &options, &mut html, &plugins);
    SANITIZER.clean(&html).to_string()
}

/// Keeps what can stand inside a line and inside a label: no links, no blocks.
static INLINE_SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.tags(["b", "br", "code", "del", "em", "i", "s", "strong", "sub", "sup"].into());
    builder
});

/// One line of Markdown, such as an option of a quiz question: emphasis and code, nothing more.
#[must_use]
pub fn to_inline_html(markdown: &str) -> String {
    // Behind a colon, what looks like a list or a heading is only text.
    let line = format!(":{}", markdown.split_whitespace().collect::<Vec<_>>().join(" "));
    let html = INLINE_SANITIZER.clean(&comrak::markdown_to_html(&line, &options())).to_string();
    html.trim().trim_start_matches(':').to_owned()
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    // Raw HTML passes here because the sanitizer stands right behind.
    options.render.r#unsafe = true;
    options
}

struct Highlighter;

impl SyntaxHighlighterAdapter for Highlighter {
    fn write_highlighted(&self, out: &mut dyn fmt::Write, language: Option<&str>, code: &str) -> fmt::Result {
        let syntax = language
            .and_then(|language| language.split([' ', ',']).next())
            .filter(|language| !language.is_empty())
            .and_then(|language| SYNTAXES.find_syntax_by_token(language));
        let Some(syntax) = syntax else { return escape(out, code) };
        let style = ClassStyle::SpacedPrefixed { prefix: HIGHLIGHT_PREFIX };
        let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, style);
        for line in LinesWithEndings::from(code) {
            if generator.parse_html_for_line_which_includes_newline(line).is_err() {
                return escape(out, code);
            }
        }
        out.write_str(&generator.finalize())
    }

    fn write_pre_tag(
        &self,
        out: &mut dyn fmt::Write,
        _attributes: HashMap<&'static str, std::borrow::Cow<'_, str>>,
    ) -> fmt::Result {
        out.write_str("<pre>")
    }

    fn write_code_tag(
        &self,
        out: &mut dyn fmt::Write,
        _attributes: HashMap<&'static str, std::borrow::Cow<'_, str>>,
    ) -> fmt::Result {
        out.write_str("<code>")
    }
}

fn escape(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '&' => out.write_str("&amp;")?,
            '"' => out.write_str("&quot;")?,
            other => out.write_char(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn code_is_highlighted_with_classes() {
        let html = to_html("```sql\nSELECT 1 < 2;\n```");
        assert!(html.contains("<pre tabindex=\"0\"><code>"), "{html}");
        assert!(html.contains("class=\"hl-"), "{html}");
        assert!(html.contains("&lt;"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn tables_and_task_lists_work() {
        let html = to_html("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n");
        assert!(html.contains("<table>") && html.contains("<td>2</td>"), "{html}");
        assert!(html.contains("checkbox") && html.contains("checked"), "{html}");
    }

    #[test]
    fn headings_stay_below_the_title() {
        assert_eq!(to_html("# Big\n\n## Next"), "<h2>Big</h2>\n<h2>Next</h2>\n");
    }

    #[test]
    fn a_line_has_emphasis_and_code_and_nothing_else() {
        assert_eq!(to_inline_html("What does `a < b` *do*?"), "What does <code>a &lt; b</code> <em>do</em>?");
        assert_eq!(to_inline_html("A [link](https://a.example)"), "A link");
        for text in ["1. First", "# 9", "- 5", "_ok"] {
            assert_eq!(to_inline_html(text), text);
        }
        assert!(!to_inline_html("<script>x</script><img src=x onerror=y>").contains('<'));
    }

    #[test]
    fn scripts_never_pass() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href=\"jAvAsCrIpT:alert(1)\">x</a>",
            "<iframe src=//evil></iframe>",
            "<svg onload=alert(1)>",
            "<style>body{display:none}</style>",
            "<form action=//evil><button>ok</button></form>",
            "<span class=\"page-header\">x</span>",
            "<p style=\"position:fixed\">x</p>",
            "```\"><script>alert(1)</script>\nx\n```",
        ] {
            let html = to_html(attack).to_lowercase();
            for bad in [
                "<script",
                "onerror",
                "javascript:",
                "<iframe",
                "<svg",
                "<style",
                "<form",
                "page-header",
                "position:",
            ] {
                assert!(!html.contains(bad) || html.contains("&lt;script"), "{attack} became {html}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_html_without_scripts(text in "\\PC{0,200}") {
            let html = to_html(&format!("{text}<script>x</script>")).to_lowercase();
            prop_assert!(!html.contains("<script"));
        }
    }
}
