//! Keys and variables that nobody knows: most are typing mistakes, and one that is ignored leaves an operator guessing.

use confique::{Config as _, meta::FieldKind};

use super::Config;

/// How alike the names of a mistake and of what was meant are, from 0 to 1.
const ALIKE: f64 = 0.8;

/// Says of an unknown key which one was probably meant, in place of a list of all.
pub(super) fn explained(message: &str) -> String {
    let Some((before, rest)) = message.split_once("unknown field `") else { return message.to_owned() };
    let Some((key, known)) = rest.split_once("`, expected ") else { return message.to_owned() };
    let meant = nearest(key, known.split('`').skip(1).step_by(2));
    let hint = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`momentum config --explain` lists all".to_owned(),
    };
    format!("{before}there is no key `{key}`; {hint}")
}

/// The environment's `MOMENTUM_…` variables that mean nothing to this program, in words for the log.
#[must_use]
pub fn unknown_variables() -> Vec<String> {
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    names.filter_map(|name| unknown_variable(&name)).collect()
}

fn unknown_variable(name: &str) -> Option<String> {
    let known = || {
        Config::META
            .fields
            .iter()
            .filter_map(|field| match field.kind {
                FieldKind::Leaf { env, .. } => env,
                FieldKind::Nested { .. } => None,
            })
            .chain(["MOMENTUM_CONFIG"])
    };
    let own = name.strip_prefix("MOMENTUM_")?;
    if known().any(|known| known == name) {
        return None;
    }
    let meant = nearest(own, known().filter_map(|known| known.strip_prefix("MOMENTUM_")));
    let hint = meant.map(|meant| format!("; did you mean MOMENTUM_{meant}?")).unwrap_or_default();
    Some(format!("the variable {name} means nothing here{hint}"))
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_key_is_recognized() {
        let message = "file x: unknown field `site-nam`, expected one of `listen`, `site_name`, `demo`";
        assert_eq!(explained(message), "file x: there is no key `site-nam`; did you mean `site_name`?");
        let strange = "unknown field `zzz`, expected `input` or `output`";
        assert_eq!(explained(strange), "there is no key `zzz`; `momentum config --explain` lists all");
        assert_eq!(explained("something else"), "something else");
    }

    #[test]
    fn variables_of_ours_that_mean_nothing_are_named() {
        let said = unknown_variable("MOMENTUM_DEMOO").unwrap_or_default();
        assert_eq!(said, "the variable MOMENTUM_DEMOO means nothing here; did you mean MOMENTUM_DEMO?");
        for known in ["MOMENTUM_DEMO", "MOMENTUM_CONFIG", "MOMENTUM_AI_PRICES", "PATH"] {
            assert_eq!(unknown_variable(known), None, "{known}");
        }
    }
}
