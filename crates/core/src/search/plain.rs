//! The words of a text without its form.

/// Tags in the middle of words and sentences; every other tag ends a word.
const INLINE: [&str; 14] =
    ["a", "abbr", "b", "code", "del", "em", "i", "kbd", "mark", "s", "span", "strong", "sub", "sup"];

/// The element of blocks of code.
const CODE: &str = "pre";

/// What isn't made of sentences.
const NO_PROSE: [&str; 2] = ["table", CODE];

/// The plain text of sanitized HTML without its blocks of code, at most about `most` bytes of it.
pub(super) fn text_of_html(html: &str, most: usize) -> String {
    text_without(html, &[CODE], most)
}

/// The text of its blocks of code.
pub(super) fn code_of_html(html: &str, most: usize) -> String {
    let mut code = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if begins_element(rest, CODE) {
            let end = rest.find("</pre>").unwrap_or(rest.len());
            code.push_str(&text_without(&rest[..end], &[], most.saturating_sub(code.len())));
            code.push(' ');
            rest = &rest[end..];
        } else {
            rest = &rest[1..];
        }
    }
    code
}

/// The same of what is made of sentences, which reads well when it is quoted.
pub(super) fn prose_of_html(html: &str, most: usize) -> String {
    text_without(html, &NO_PROSE, most)
}

/// The text outside of elements with these names.
fn text_without(html: &str, left_out: &[&str], most: usize) -> String {
    let mut text = String::with_capacity(html.len().min(most));
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        if text.len() > most {
            return text;
        }
        rest = &rest[at..];
        rest = if let Some(name) = left_out.iter().find(|name| begins_element(rest, name)) {
            let end = format!("</{name}>");
            let after = rest.find(&end).map_or("", |at| &rest[at..]);
            after_tag(after, &mut text)
        } else if rest.starts_with('<') {
            after_tag(rest, &mut text)
        } else {
            after_entity(rest, &mut text)
        };
    }
    text.push_str(rest);
    text
}

fn begins_element(rest: &str, name: &str) -> bool {
    rest.strip_prefix('<')
        .and_then(|rest| rest.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()))
}

fn after_tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let Some(end) = rest.find('>') else { return "" };
    let name = rest[1..end].trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !INLINE.contains(&name) && !text.is_empty() && !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
    &rest[end + 1..]
}

fn after_entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    const ENTITIES: [(&str, char); 6] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&nbsp;", ' ')];
    match ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
        Some((entity, letter)) => {
            text.push(*letter);
            &rest[entity.len()..]
        }
        None => {
            text.push('&');
            &rest[1..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{code_of_html, prose_of_html, text_of_html};

    #[test]
    fn words_stay_whole_and_apart() {
        let html = "<h2>One <em>id</em>ea</h2><p>Fish &amp; chips<br>with &lt;salt&gt; & more</p>";
        assert_eq!(text_of_html(html, 1_000), "One idea Fish & chips with <salt> & more ");
        assert!(text_of_html(&"<p>word</p>".repeat(1_000), 100).len() < 120);
        assert_eq!(text_of_html("a < b", 100), "a ");
    }

    #[test]
    fn tables_and_code_are_no_prose() {
        let html = "<p>Before <code>x</code></p><table><tr><td>1</td></tr></table><pre tabindex=\"0\"><code>| a |\n|---|\
                    </code></pre><p>after</p><preface>";
        assert_eq!(prose_of_html(html, 1_000), "Before x after ");
        assert_eq!(text_of_html(html, 1_000), "Before x 1 after ");
        assert_eq!(code_of_html(html, 1_000), "| a |\n|---| ");
        assert_eq!(code_of_html("<p>a</p><pre><code>b &lt; c", 100), "b < c ");
        assert_eq!(prose_of_html("a<table><td>b", 100), "a");
    }
}
