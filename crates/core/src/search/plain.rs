//! The words of a text without its form.

/// Tags in the middle of words and sentences; every other tag ends a word.
const INLINE: [&str; 14] =
    ["a", "abbr", "b", "code", "del", "em", "i", "kbd", "mark", "s", "span", "strong", "sub", "sup"];

/// The plain text of sanitized HTML, at most about `most` bytes of it.
pub(super) fn text_of_html(html: &str, most: usize) -> String {
    let mut text = String::with_capacity(html.len().min(most));
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        if text.len() > most {
            return text;
        }
        rest = &rest[at..];
        rest = if rest.starts_with('<') { after_tag(rest, &mut text) } else { after_entity(rest, &mut text) };
    }
    text.push_str(rest);
    text
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
    use super::text_of_html;

    #[test]
    fn words_stay_whole_and_apart() {
        let html = "<h2>One <em>id</em>ea</h2><p>Fish &amp; chips<br>with &lt;salt&gt; & more</p>";
        assert_eq!(text_of_html(html, 1_000), "One idea Fish & chips with <salt> & more ");
        assert!(text_of_html(&"<p>word</p>".repeat(1_000), 100).len() < 120);
        assert_eq!(text_of_html("a < b", 100), "a ");
    }
}
