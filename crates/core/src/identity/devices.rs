//! From where somebody signs in, and a notice when that is new.

use std::net::IpAddr;

use momentum_db::{Tx, sql};

use super::{lifecycle::SignedIn, profile, secret::token_hash};
use crate::{
    Result, Services,
    messaging::{self, Message, Recipient},
};

/// `Firefox on Linux`, as far as a client's own description tells.
#[must_use]
pub fn device_name(user_agent: &str) -> Option<String> {
    let pick = |names: &[(&str, &'static str)]| {
        names.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| *name)
    };
    // Order matters: most browsers also name those they descend from.
    let browser = pick(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = pick(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        (None, Some(system)) => Some(format!("A browser on {system}")),
        (None, None) => None,
    }
}

/// `An app (curl/8.0)`: an API client by the product that its own description begins with.
#[must_use]
pub fn app_name(user_agent: &str) -> String {
    match user_agent.split_whitespace().next() {
        Some(product) => format!("An app ({})", product.chars().take(40).collect::<String>()),
        None => "An app".to_owned(),
    }
}

/// Remembers from where somebody signed in and tells them by mail when it was never before: another kind of browser, or
/// another part of the network. The first time of all is not worth a mail.
pub(super) async fn notice(s: &Services, tx: &mut Tx, event: &SignedIn<'_>) -> Result<()> {
    let device = device_name(&event.origin.user_agent).unwrap_or_else(|| "An app".to_owned());
    let place = format!("{device} {}", network(&event.origin.address));
    let added = tx
        .run(sql!(
            "INSERT INTO known_devices (user_id, place_hash, first_seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id, place_hash) DO NOTHING",
            event.user,
            token_hash(&place),
            event.now
        ))
        .await?;
    let (known,): (i64,) =
        tx.one(sql!("SELECT COUNT(*) FROM known_devices WHERE user_id = $1", event.user)).await?;
    if added == 0 || known == 1 || !s.live.now().notifications.new_device {
        return Ok(());
    }
    let Some(user) = profile::load(tx, event.user).await? else { return Ok(()) };
    let to = Recipient { user: Some(user.id), email: user.email, name: user.name };
    let message = Message::NewDevice {
        device,
        address: event.origin.address.clone(),
        at: event.now,
        devices_link: format!("{}/settings/devices", s.settings.base_url),
    };
    messaging::send(tx, &to, &message, event.now).await?;
    Ok(())
}

/// The part of the network that an address belongs to, as wide as one provider's customers move in: /16 and /32.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, ..] = v4.octets();
            format!("{a}.{b}")
        }
        Ok(IpAddr::V6(v6)) => {
            let [a, b, ..] = v6.segments();
            format!("{a:x}:{b:x}")
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_its_browser_and_system() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Firefox on Linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                Some("Edge on Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                Some("Safari on iPhone"),
            ),
            ("curl/8.0", None),
        ] {
            assert_eq!(device_name(agent).as_deref(), name);
        }
    }

    #[test]
    fn an_app_is_named_by_its_product() {
        assert_eq!(app_name("Python-urllib/3.11"), "An app (Python-urllib/3.11)");
        assert_eq!(app_name("curl/8.0 (x86_64)"), "An app (curl/8.0)");
        assert_eq!(app_name(" "), "An app");
        assert_eq!(app_name(&"x".repeat(300)).len(), "An app ()".len() + 40);
    }

    #[test]
    fn neighbors_in_the_network_are_one_place() {
        assert_eq!(network("203.0.113.7"), network("203.0.7.9"));
        assert_ne!(network("203.0.113.7"), network("198.51.100.7"));
        assert_eq!(network("2001:db8:1::1"), network("2001:db8:2::1"));
        assert_eq!(network("not an address"), "");
    }
}
