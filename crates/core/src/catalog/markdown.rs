//! Markdown from authors to HTML that is safe to show.

use std::{collections::HashMap, fmt, sync::LazyLock};

use ammonia::Builder;
use comrak::{
    Arena, Options,
    adapters::SyntaxHighlighterAdapter,
    create_formatter,
    nodes::{AlertType, Node, NodeHtmlBlock, NodeValue},
    options::Plugins,
    parse_document,
};
use syntect::{
    html::{ClassStyle, ClassedHTMLGenerator},
    parsing::SyntaxSet,
    util::LinesWithEndings,
};

use super::embeds;
use crate::names;

/// Grows when the same Markdown gives other HTML; stored HTML of another number is made anew.
pub const RENDER_VERSION: i64 = 2;

/// Prefix of the classes in highlighted code; the style sheet knows it.
const HIGHLIGHT_PREFIX: &str = "hl-";

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["input"])
        .add_tag_attributes("span", ["class"])
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("div", ["class", "data-kind", "data-player", "data-provider", "data-action"])
        .add_tag_attributes("p", ["class"])
        .add_tag_attributes("input", ["type", "checked", "disabled", "aria-label"])
        // Code wider than the page scrolls; the keyboard has to get there.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "Done")
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| {
            let allowed = match (element, attribute) {
                ("span" | "code", "class") => value
                    .split_whitespace()
                    .all(|class| class.starts_with(HIGHLIGHT_PREFIX) || class.starts_with("language-")),
                ("div", "class") => matches!(value, "callout" | "embed"),
                ("p", "class") => value == "callout-title",
                ("div", "data-kind") => CALLOUTS.iter().any(|(_, kind, _)| *kind == value),
                ("div", "data-player") => embeds::is_player(value),
                _ => true,
            };
            allowed.then(|| value.into())
        });
    builder
});

/// The kinds of callouts, as the style sheet and people name them.
const CALLOUTS: [(AlertType, &str, &str); 5] = [
    (AlertType::Note, "note", "Note"),
    (AlertType::Tip, "tip", "Tip"),
    (AlertType::Important, "important", "Important"),
    (AlertType::Warning, "warning", "Warning"),
    (AlertType::Caution, "caution", "Caution"),
];

/// CommonMark with tables, strike-through, task lists, links and callouts (`> [!TIP]`); code is highlighted, raw HTML
/// is sanitized. A paragraph that is only a link to a site in [`embeds`] becomes a card that can become its player.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    format(root)
}

/// Without the empty lines before it and the white space behind it. Its first line stays indented, because that can make it code.
#[must_use]
pub fn trimmed(markdown: &str) -> &str {
    let text = markdown.trim_end();
    let first = text.len() - text.trim_start().len();
    let line = text[..first].rfind('\n').map_or(0, |end| end + 1);
    &text[line..]
}

/// As [`to_html`], but what looks like HTML is shown as it is written, because questions ask about it.
#[must_use]
pub fn to_question_html(markdown: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    tags_to_text(&arena, root);
    format(root)
}

/// What a short text may have: paragraphs, lists, and what stands inside lines.
static SHORT_SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(
            ["a", "b", "br", "code", "del", "em", "i", "li", "ol", "p", "s", "strong", "sub", "sup", "ul"]
                .into(),
        )
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

/// A short text that stands beside others, such as an announcement. Headings, code and tables become paragraphs, pictures what
/// they say.
#[must_use]
pub fn to_short_html(markdown: &str) -> String {
    let mut options = options();
    options.extension.table = false;
    options.extension.tasklist = false;
    options.extension.footnotes = false;
    options.extension.alerts = false;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    let nodes: Vec<Node<'_>> = root.descendants().collect();
    for node in nodes {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::Heading(_) => data.value = NodeValue::Paragraph,
            NodeValue::CodeBlock(block) => {
                let text = std::mem::take(&mut block.literal).trim_end().to_owned();
                data.value = NodeValue::Paragraph;
                drop(data);
                node.append(arena.alloc(NodeValue::Text(text.into()).into()));
            }
            NodeValue::Image(_) => {
                drop(data);
                while let Some(child) = node.first_child() {
                    node.insert_before(child);
                }
                node.detach();
            }
            NodeValue::ThematicBreak => {
                drop(data);
                node.detach();
            }
            _ => {}
        }
    }
    let mut html = String::new();
    // Writing to a string can't fail.
    let _ = Formatter::format_document(root, &options, &mut html);
    SHORT_SANITIZER.clean(&html).to_string()
}

/// Whether [`to_short_html`] leaves anything that can be seen: a line across the page, for one, is gone.
#[must_use]
pub fn shows_short(markdown: &str) -> bool {
    let html = to_short_html(markdown).replace("&nbsp;", " ");
    // Clean HTML has these signs in tags only.
    let mut texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.any(names::can_be_seen)
}

fn format(root: Node<'_>) -> String {
    let nodes: Vec<Node<'_>> = root.descendants().collect();
    for node in nodes {
        if let NodeValue::Heading(heading) = &mut node.data_mut().value {
            // The page's own title is the only first-level heading.
            heading.level = heading.level.max(2);
        }
        if let Some(card) = embed_card(node) {
            while let Some(child) = node.first_child() {
                child.detach();
            }
            node.data_mut().value = NodeValue::HtmlBlock(NodeHtmlBlock { block_type: 6, literal: card });
        }
    }
    let highlighter = Highlighter;
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&highlighter);
    let mut html = String::new();
    // Writing to a string can't fail.
    let _ = Formatter::format_document_with_plugins(root, &options(), &mut html, &plugins);
    SANITIZER.clean(&html).to_string()
}

/// Makes text of raw HTML, so that nothing of it is lost.
fn tags_to_text<'a>(arena: &'a Arena<'a>, root: Node<'a>) {
    let nodes: Vec<Node<'a>> = root.descendants().collect();
    for node in nodes {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::HtmlInline(tag) => {
                let tag = std::mem::take(tag);
                data.value = NodeValue::Text(tag.into());
            }
            NodeValue::HtmlBlock(block) => {
                let text = std::mem::take(&mut block.literal).trim_end().to_owned();
                data.value = NodeValue::Paragraph;
                drop(data);
                node.append(arena.alloc(NodeValue::Text(text.into()).into()));
            }
            _ => {}
        }
    }
}

/// Keeps what can stand inside a line and inside a label: no links, no blocks.
static INLINE_SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.tags(["b", "br", "code", "del", "em", "i", "s", "strong", "sub", "sup"].into());
    builder
});

/// One line of Markdown, such as an option of a quiz question: emphasis and code, nothing more. What looks like HTML is text.
#[must_use]
pub fn to_inline_html(markdown: &str) -> String {
    let arena = Arena::new();
    let root = parse_line(&arena, markdown);
    let mut html = String::new();
    // Writing to a string can't fail.
    let _ = Formatter::format_document(root, &options(), &mut html);
    let html = INLINE_SANITIZER.clean(&html).to_string();
    let html = html.trim();
    html.strip_prefix(':').unwrap_or(html).to_owned()
}

/// The words of the same line, where no marks can be shown.
#[must_use]
pub fn to_inline_text(markdown: &str) -> String {
    let arena = Arena::new();
    let text = text_of(parse_line(&arena, markdown));
    text.strip_prefix(':').map(ToOwned::to_owned).unwrap_or(text)
}

fn parse_line<'a>(arena: &'a Arena<'a>, markdown: &str) -> Node<'a> {
    // Behind a colon, what looks like a list or a heading is only text.
    let line = format!(":{}", markdown.split_whitespace().collect::<Vec<_>>().join(" "));
    let root = parse_document(arena, &line, &options());
    tags_to_text(arena, root);
    for node in root.descendants() {
        let mut data = node.data_mut();
        // No picture is shown, but what it says.
        if let NodeValue::Image(picture) = &data.value {
            data.value = NodeValue::Link(picture.clone());
        }
    }
    root
}

/// What stands in a node, without its form.
fn text_of(node: Node<'_>) -> String {
    let mut words = String::new();
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

create_formatter!(Formatter, {
    NodeValue::Alert(ref alert) => |context, entering| {
        use fmt::Write;
        if entering {
            let (kind, label) = CALLOUTS
                .iter()
                .find(|(kind, ..)| *kind == alert.alert_type)
                .map_or(("note", "Note"), |(_, kind, label)| (kind, label));
            write!(context, "<div class=\"callout\" data-kind=\"{kind}\">\n<p class=\"callout-title\">")?;
            context.escape(alert.title.as_deref().unwrap_or(label))?;
            context.write_str("</p>\n")?;
        } else {
            context.write_str("</div>\n")?;
        }
    }
});

/// The card for a paragraph that is nothing but a link to something that can be embedded.
fn embed_card(paragraph: Node<'_>) -> Option<String> {
    let in_flow = |node: Node<'_>| {
        matches!(node.data().value, NodeValue::Document | NodeValue::Alert(_) | NodeValue::BlockQuote)
    };
    if !matches!(paragraph.data().value, NodeValue::Paragraph) || !paragraph.parent().is_some_and(in_flow) {
        return None;
    }
    let link = paragraph.first_child().filter(|only| only.next_sibling().is_none())?;
    let data = link.data();
    let NodeValue::Link(target) = &data.value else { return None };
    let embed = embeds::find(&target.url)?;
    if link.descendants().any(|node| matches!(node.data().value, NodeValue::Image(_))) {
        return None;
    }
    let title = text_of(link);
    // An address says nothing to people.
    let bare = title.trim() == target.url || title.contains("://") || title.trim().is_empty();
    let title = if bare { embed.provider } else { title.trim() };
    let mut card = String::new();
    let mut attribute = |before: &str, value: &str| {
        card.push_str(before);
        // Writing to a string can't fail.
        let _ = escape(&mut card, value);
    };
    attribute("<div class=\"embed\" data-player=\"", &embed.player);
    attribute("\" data-provider=\"", embed.provider);
    attribute("\" data-action=\"", embed.action);
    attribute("\"><a href=\"", &target.url);
    attribute("\">", title);
    if !bare {
        attribute(" (", embed.provider);
        card.push(')');
    }
    card.push_str("</a></div>\n");
    Some(card)
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
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
    fn a_first_line_stays_indented() {
        assert_eq!(trimmed(" \n\r\n    let x = 1;\n\nText \n\n"), "    let x = 1;\n\nText");
        assert_eq!(trimmed("    code"), "    code");
        assert_eq!(trimmed("Text"), "Text");
        assert_eq!(trimmed(" \n\t "), "");
    }

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
        assert_eq!(to_inline_html("![A *cup*](/media/x.png)"), "A <em>cup</em>");
        assert_eq!(to_inline_html("::"), "::");
    }

    #[test]
    fn a_short_text_has_paragraphs_and_lists_and_nothing_larger() {
        assert_eq!(to_short_html("# Big *news*\n\nHello"), "<p>Big <em>news</em></p>\n<p>Hello</p>\n");
        assert_eq!(to_short_html("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert!(to_short_html("[x](https://a.example)").contains("href=\"https://a.example\""));
        assert_eq!(to_short_html("```\na < b\n```"), "<p>a &lt; b</p>\n");
        assert_eq!(to_short_html("Look: ![a *cup*](/x.png)\n\n---"), "<p>Look: a <em>cup</em></p>\n");
        for large in ["| a |\n|---|\n| 1 |", "> x", "<h1>x</h1>", "<img src=x onerror=y>", "Title\n==="] {
            let html = to_short_html(large);
            for bad in ["<table", "<blockquote", "<h", "<img"] {
                assert!(!html.contains(bad), "{large} became {html}");
            }
        }
    }

    #[test]
    fn questions_about_html_show_it() {
        let bold = "Which tag makes text *bold*: <b> or <i>?";
        assert_eq!(
            to_question_html(bold),
            "<p>Which tag makes text <em>bold</em>: &lt;b&gt; or &lt;i&gt;?</p>\n"
        );
        assert_eq!(
            to_question_html("<p>\n\nIs it `<p>`?"),
            "<p>&lt;p&gt;</p>\n<p>Is it <code>&lt;p&gt;</code>?</p>\n"
        );
        assert!(!to_question_html("<script>alert(1)</script>\n\n<img src=x onerror=y>").contains("<script"));
        for (line, shown) in [
            ("<b>", "&lt;b&gt;"),
            ("<p>", "&lt;p&gt;"),
            ("# h", "# h"),
            ("- x", "- x"),
            ("<!-- x -->", "&lt;!-- x --&gt;"),
            ("&lt;b&gt;", "&lt;b&gt;"),
        ] {
            assert_eq!(to_inline_html(line), shown);
        }
        for (line, words) in
            [("<i>", "<i>"), ("_b_", "b"), ("`a` **or** [c](/d)", "a or c"), ("# h", "# h"), (" &amp; ", "&")]
        {
            assert_eq!(to_inline_text(line), words);
        }
    }

    #[test]
    fn callouts_have_kind_title_and_content() {
        let html = to_html("> [!TIP]\n> Sleep **on** it.\n>\n> - a");
        assert_eq!(
            html,
            "<div class=\"callout\" data-kind=\"tip\">\n<p class=\"callout-title\">Tip</p>\n\
             <p>Sleep <strong>on</strong> it.</p>\n<ul>\n<li>a</li>\n</ul>\n</div>\n"
        );
        let html = to_html("> [!warning] Mind <b onclick=x>the</b> \"gap\"\n> x");
        assert!(html.contains("data-kind=\"warning\""), "{html}");
        assert!(html.contains("<p class=\"callout-title\">Mind &lt;b onclick=x&gt;the"), "{html}");
        assert!(to_html("> [!OTHER]\n> x").starts_with("<blockquote>"));
    }

    #[test]
    fn a_paragraph_that_is_only_a_link_to_a_player_becomes_a_card() {
        let player = "data-player=\"https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ\"";
        let html = to_html("Watch this:\n\n[Big *Buck* Bunny](https://youtu.be/aqz-KE-bpKQ)\n\nDone.");
        assert!(html.contains(player), "{html}");
        assert!(html.contains("href=\"https://youtu.be/aqz-KE-bpKQ\""), "{html}");
        assert!(html.contains(">Big Buck Bunny (YouTube)</a></div>"), "{html}");
        // A bare address too, and inside a callout.
        assert!(to_html("https://youtu.be/aqz-KE-bpKQ").contains(">YouTube</a></div>"));
        assert!(to_html("> [!NOTE]\n> https://youtu.be/aqz-KE-bpKQ").contains(player));
        for stays_a_link in [
            "See https://youtu.be/aqz-KE-bpKQ",
            "- https://youtu.be/aqz-KE-bpKQ",
            "https://youtube.com.evil.example/watch?v=aqz-KE-bpKQ",
            "https://user:secret@www.youtube.com/watch?v=aqz-KE-bpKQ",
            "[x](https://www.youtube.com@evil.example/watch?v=aqz-KE-bpKQ)",
            "[x](javascript:alert(1)//youtu.be/aqz-KE-bpKQ)",
        ] {
            let html = to_html(stays_a_link);
            assert!(!html.contains("embed") && !html.contains("data-player"), "{stays_a_link} became {html}");
        }
    }

    #[test]
    fn raw_html_cannot_name_other_players_or_look_like_the_page() {
        for attack in [
            "<div class=\"embed\" data-player=\"https://evil.example/embed/x\"><a href=\"https://a.example\">x</a></div>",
            "<div class=\"embed\" data-player=\"https://www.youtube-nocookie.com.evil.example/embed/x\">x</div>",
            "<div class=\"embed\" data-player=\"https://www.youtube-nocookie.com/embed/x?autoplay=1\">x</div>",
            "<div class=\"embed\" data-player=\"javascript:alert(1)\">x</div>",
            "<div class=\"callout site-header\" data-kind=\"x\">x</div>",
            "<p class=\"btn\">x</p>",
            "<iframe src=\"https://www.youtube-nocookie.com/embed/x\"></iframe>",
        ] {
            let html = to_html(attack);
            for bad in ["data-player", "data-kind", "site-header", "btn", "iframe"] {
                assert!(!html.contains(bad), "{attack} became {html}");
            }
        }
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
            let attack = format!("{text}<script>x</script>");
            for html in [
                to_html(&attack),
                to_short_html(&attack),
                to_question_html(&attack),
                to_inline_html(&attack),
            ] {
                prop_assert!(!html.to_lowercase().contains("<script"));
            }
        }
    }
}
