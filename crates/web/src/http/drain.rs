//! What is left of a body when its request is refused. Many clients send all of it before they listen: if nobody reads it they
//! find the connection broken and never learn why.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use futures::{StreamExt, stream};

/// So many bytes more are read for a polite answer.
const MOST: usize = 32 << 20;

/// And for so long.
const LONGEST: Duration = Duration::from_secs(5);

/// A body that two look at, one after the other.
#[derive(Clone)]
struct Shared(Arc<Mutex<Source>>);

struct Source {
    body: BodyDataStream,
    /// Whoever waits for our word before sending has it when the first byte is asked for.
    begun: bool,
    ended: bool,
}

impl Shared {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Source { body: body.into_data_stream(), begun: false, ended: false })))
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        source.begun = true;
        let next = source.body.poll_next_unpin(cx);
        source.ended |= matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }

    /// Reads on and throws away, within bounds.
    async fn drain(self) {
        let mut left = MOST;
        let rest = async {
            while let Some(Ok(piece)) = poll_fn(|cx| self.poll(cx)).await {
                left = left.saturating_sub(piece.len());
                if left == 0 {
                    return;
                }
            }
        };
        // What comes later finds the connection closed.
        let _ = tokio::time::timeout(LONGEST, rest).await;
    }
}

/// Reads on after a refusal, while its answer goes out.
pub(crate) async fn after_refusal(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let waits = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let rest = Shared::new(body);
    let read = rest.clone();
    let body = Body::from_stream(stream::poll_fn(move |cx| read.poll(cx)));
    let response = next.run(Request::from_parts(parts, body)).await;
    let (begun, ended) = {
        let source = rest.0.lock().unwrap_or_else(PoisonError::into_inner);
        (source.begun, source.ended)
    };
    if response.status().is_client_error() && !ended && (begun || !waits) {
        tokio::spawn(rest.drain());
    }
    response
}
