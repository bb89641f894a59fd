//! A page that looks the same to every visitor, but for the nonce of each response.

use std::sync::Arc;

use momentum_core::packed::Packed;

use crate::http::headers::NONCE_MARK;

/// The page as it was rendered, with [`NONCE_MARK`] for the nonce.
#[derive(Clone)]
pub(crate) struct VisitorPage {
    html: Packed,
    /// Where the marks begin.
    marks: Arc<[usize]>,
}

impl VisitorPage {
    pub(crate) fn new(html: &str) -> Self {
        let marks = memchr::memmem::find_iter(html.as_bytes(), NONCE_MARK).collect();
        Self { html: Packed::new(html), marks }
    }

    /// Bytes in memory.
    pub(crate) fn size(&self) -> usize {
        self.html.size() + self.marks.len() * size_of::<usize>()
    }

    /// The page of one response. A nonce is as long as the mark, so nothing has to move.
    pub(crate) fn with_nonce(&self, nonce: &str) -> Vec<u8> {
        let mut page = self.html.text().into_bytes();
        for mark in &*self.marks {
            if let Some(place) = page.get_mut(*mark..mark + nonce.len()) {
                place.copy_from_slice(nonce.as_bytes());
            }
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_becomes_the_nonce() {
        let nonce = "0123456789abcdefghijkl";
        assert_eq!(nonce.len(), NONCE_MARK.len());
        let page = VisitorPage::new(&format!("a{NONCE_MARK}é{NONCE_MARK}"));
        assert_eq!(page.with_nonce(nonce), format!("a{nonce}é{nonce}").into_bytes());
        assert_eq!(VisitorPage::new("nothing").with_nonce(nonce), b"nothing");
    }
}
