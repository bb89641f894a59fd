//! Players of other sites that may stand in a lesson: which addresses they have, and nothing else.

use url::Url;

/// What a lesson may show from another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// The site's name for people.
    pub provider: &'static str,
    /// What somebody does with it: "Play the video", "Open the slides".
    pub action: &'static str,
    /// Where the frame's document is.
    pub player: String,
}

/// One site: the hosts that its links have, where its player is, and how one becomes the other.
struct Provider {
    name: &'static str,
    action: &'static str,
    hosts: &'static [&'static str],
    /// Scheme and host of the player, as `frame-src` names it.
    frame: &'static str,
    /// The player's path and query for a link's path segments and address.
    player: fn(&[&str], &Url) -> Option<String>,
}

/// Every site that may be embedded. Nothing else can be.
static PROVIDERS: [Provider; 6] = [
    Provider {
        name: "YouTube",
        action: "Play the video",
        hosts: &["youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"],
        frame: "https://www.youtube-nocookie.com",
        player: youtube,
    },
    Provider {
        name: "Vimeo",
        action: "Play the video",
        hosts: &["vimeo.com", "www.vimeo.com", "player.vimeo.com"],
        frame: "https://player.vimeo.com",
        player: vimeo,
    },
    Provider {
        name: "Loom",
        action: "Play the video",
        hosts: &["loom.com", "www.loom.com"],
        frame: "https://www.loom.com",
        player: |path, _| match path {
            ["share" | "embed", id] => word(id).map(|id| format!("/embed/{id}")),
            _ => None,
        },
    },
    Provider {
        name: "CodePen",
        action: "Open the example",
        hosts: &["codepen.io", "www.codepen.io"],
        frame: "https://codepen.io",
        player: |path, _| match path {
            [user, "pen" | "full" | "details" | "embed", id] => {
                Some(format!("/{}/embed/{}?default-tab=result", word(user)?, word(id)?))
            }
            _ => None,
        },
    },
    Provider {
        name: "Figma",
        action: "Open the design",
        hosts: &["figma.com", "www.figma.com", "embed.figma.com"],
        frame: "https://embed.figma.com",
        player: |path, _| match path {
            [kind @ ("design" | "board" | "slides" | "proto" | "file"), id, ..] => {
                let kind = if *kind == "file" { "design" } else { kind };
                Some(format!("/{kind}/{}?embed-host=share", word(id)?))
            }
            _ => None,
        },
    },
    Provider {
        name: "Google Slides",
        action: "Open the slides",
        hosts: &["docs.google.com"],
        frame: "https://docs.google.com",
        player: |path, _| match path {
            ["presentation", "d", "e", id, "pub" | "pubembed" | "embed"] => {
                Some(format!("/presentation/d/e/{}/embed", word(id)?))
            }
            _ => None,
        },
    },
];

/// Where frames may come from, for the Content-Security-Policy.
pub fn frame_sources() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().map(|provider| provider.frame)
}

/// The player of the thing that a link leads to, if its site is on the list.
#[must_use]
pub fn find(link: &str) -> Option<Embed> {
    let url = Url::parse(link).ok()?;
    if !matches!(url.scheme(), "https" | "http")
        || !url.username().is_empty()
        || url.password().is_some()
        || url.port().is_some()
    {
        return None;
    }
    let host = url.host_str()?;
    let provider = PROVIDERS.iter().find(|provider| provider.hosts.contains(&host))?;
    let path: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let player = (provider.player)(&path, &url)?;
    Some(Embed {
        provider: provider.name,
        action: provider.action,
        player: format!("{}{player}", provider.frame),
    })
}

/// Whether this is the address of a player as [`find`] makes them.
#[must_use]
pub fn is_player(address: &str) -> bool {
    find(address).is_some_and(|embed| embed.player == address)
}

/// A part of an address that is only letters, digits, `-` and `_`.
fn word(text: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!text.is_empty() && text.len() <= 200 && text.chars().all(plain)).then_some(text)
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn youtube(path: &[&str], url: &Url) -> Option<String> {
    let asked = query(url, "v");
    let id = match path {
        ["watch"] => asked.as_deref(),
        ["embed" | "shorts" | "live", id] => Some(*id),
        [id] if url.host_str() == Some("youtu.be") => Some(*id),
        _ => None,
    };
    let id = word(id?)?;
    let start = query(url, "t").or_else(|| query(url, "start")).and_then(|time| seconds(&time));
    Some(start.map_or_else(|| format!("/embed/{id}"), |start| format!("/embed/{id}?start={start}")))
}

/// Seconds of `90`, `90s` or `1h2m3s`.
fn seconds(time: &str) -> Option<u32> {
    let (mut total, mut number) = (0_u32, 0_u32);
    for c in time.chars() {
        let unit = match c {
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            digit => {
                number = number.checked_mul(10)?.checked_add(digit.to_digit(10)?)?;
                continue;
            }
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        number = 0;
    }
    total.checked_add(number).filter(|total| *total > 0)
}

fn vimeo(path: &[&str], url: &Url) -> Option<String> {
    let number = |id: &str| (id.len() <= 20 && id.chars().all(|c| c.is_ascii_digit())).then(|| id.to_owned());
    // Videos that are not listed have a second word.
    let (id, hash) = match path {
        [id] | ["video", id] => (number(id)?, query(url, "h")),
        [id, hash] => (number(id)?, Some((*hash).to_owned())),
        _ => return None,
    };
    match hash {
        Some(hash) => Some(format!("/video/{id}?dnt=1&h={}", word(&hash)?)),
        None => Some(format!("/video/{id}?dnt=1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same cases are given to the editor, which marks such links.
    #[test]
    fn links_become_players_or_stay_links() {
        let cases: std::collections::BTreeMap<String, Option<String>> =
            serde_json::from_str(include_str!("../../../../frontend/tests/fixtures/embeds.json")).unwrap();
        assert!(cases.len() > 25);
        for (link, player) in cases {
            assert_eq!(find(&link).map(|embed| embed.player), player, "{link}");
        }
    }

    #[test]
    fn players_are_recognized_and_come_from_hosts_that_may_be_framed() {
        for link in [
            "https://youtu.be/aqz-KE-bpKQ?t=1m30s",
            "https://vimeo.com/76979871/abc123",
            "https://www.loom.com/share/0281766fa2d04bb788eaf19e65135184",
            "https://codepen.io/team/pen/PNaGbb",
            "https://www.figma.com/file/abc123/Name",
            "https://docs.google.com/presentation/d/e/2PACX-1vR/pub?start=false",
        ] {
            let player = find(link).unwrap().player;
            assert!(is_player(&player), "{player}");
            assert!(frame_sources().any(|source| player.starts_with(&format!("{source}/"))), "{player}");
            assert!(!is_player(link), "{link}");
        }
        assert!(!is_player("https://www.youtube-nocookie.com.evil.example/embed/x"));
    }
}
