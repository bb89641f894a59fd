//! As much of Rust's grammar as it takes to see which modules a file names.

/// The text without `//` comments. The `//` of an address in a string is left alone.
pub fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    for line in source.lines() {
        let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':')).map(|(at, _)| at);
        code.push_str(&line[..comment.unwrap_or(line.len())]);
        code.push('\n');
    }
    code
}

/// What follows `root::` wherever it stands: `crate::{a::b, c}` and `crate::a::b()` name `a` and `c`.
pub fn first_segments(code: &str, root: &str) -> Vec<String> {
    let prefix = format!("{root}::");
    code.match_indices(&prefix)
        .filter(|(at, _)| {
            !code[..*at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before))
        })
        .flat_map(|(at, _)| names_after(&code[at + prefix.len()..]))
        .collect()
}

/// What a file names through a chain of `super` that ends in the crate's root.
pub fn in_root_of_crate(path: &str, code: &str) -> Vec<String> {
    let depth = path.split('/').count() - usize::from(path.ends_with("/mod.rs"));
    first_segments(code, &vec!["super"; depth].join("::"))
}

fn names_after(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn groups_over_lines_are_understood() {
    let code = "use crate::{\n    Error,\n    ids::{CourseId, LessonId},\n    learning::{self, x},\n};\ncrate::jobs::run()";
    assert_eq!(first_segments(code, "crate"), ["Error", "ids", "learning", "jobs"]);
    assert_eq!(in_root_of_crate("a/b.rs", "use super::super::c; use super::d;"), ["c"]);
    assert_eq!(without_comments("a // b\n\"https://c\" // d"), "a \n\"https://c\" \n");
}
