//! Pages of a list.

use crate::{
    present,
    views::{PageLink, Pagination},
};

/// Links to the first, the last and the neighboring pages; none when there is but one. `address` says where a page is.
pub(super) fn pagination(
    page: i64,
    per_page: i64,
    total: i64,
    address: impl Fn(i64) -> String,
) -> Option<Pagination> {
    let last = (total + per_page - 1) / per_page;
    if last <= 1 {
        return None;
    }
    let mut pages = Vec::new();
    let mut before = 0;
    for number in (1..=last).filter(|n| *n == 1 || *n == last || (n - page).abs() <= 1) {
        if number > before + 1 {
            pages.push(PageLink { label: "…".into(), url: None, current: false });
        }
        pages.push(PageLink {
            label: present::number(number),
            url: Some(address(number)),
            current: number == page,
        });
        before = number;
    }
    Some(Pagination {
        prev_url: (page > 1).then(|| address((page - 1).min(last))),
        next_url: (page < last).then(|| address(page + 1)),
        pages,
    })
}
