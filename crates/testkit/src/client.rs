use reqwest::{
    Client, ClientBuilder, Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy,
};
use serde_json::{Value, json};

/// What clients call themselves, so that all of them are one device.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What the site answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty for a stream of events, which doesn't end.
    pub text: String,
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the site answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let is_stream = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if is_stream { String::new() } else { response.text().await.expect("the body arrives") };
        Self { status, headers, text }
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("not JSON ({}): {}", self.status, self.text))
    }

    /// The answer, when it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// A header as text; empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The problem's name without its prefix; the answer has to be a problem document.
    #[must_use]
    #[track_caller]
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let document = self.json();
        assert_eq!(document["status"], self.status.as_u16());
        let kind = document["type"].as_str().expect("a type");
        kind.strip_prefix("urn:momentum:problem:").expect("one of our problems").to_owned()
    }
}

/// A client that follows nothing. The site is reached without TLS, so the machine's certificates need not be read.
fn client(user_agent: &str) -> ClientBuilder {
    momentum_providers::install_tls();
    Client::builder().redirect(Policy::none()).user_agent(user_agent).tls_certs_only([])
}

/// A client of the JSON API.
#[derive(Clone)]
pub struct Api {
    http: Client,
    url: String,
    /// The tokens of the last sign-in or refresh.
    pub token: Option<String>,
    /// The refresh token of the last sign-in or refresh.
    pub refresh_token: String,
}

impl Api {
    pub(crate) fn new(url: &str) -> Self {
        let http = client(USER_AGENT).build().expect("a client");
        Self { http, url: url.to_owned(), token: None, refresh_token: String::new() }
    }

    /// The same client with the tokens of a sign-in, which has to succeed.
    pub async fn sign_in(&self, email: &str, password: &str) -> Self {
        let answer =
            self.post("/auth/sign-in", json!({ "email": email, "password": password })).await.expect(200);
        self.with_tokens(&answer.json())
    }

    /// Exchanges the refresh token, as a client does when its access token has expired.
    pub async fn renew(&mut self) {
        let body = json!({ "refresh_token": self.refresh_token });
        let visitor = Self { token: None, ..self.clone() };
        let tokens = visitor.post("/auth/refresh", body).await.expect(200).json();
        *self = self.with_tokens(&tokens);
    }

    /// The same client with these tokens.
    #[must_use]
    pub fn with_tokens(&self, tokens: &Value) -> Self {
        Self {
            token: tokens["access_token"].as_str().map(ToOwned::to_owned),
            refresh_token: tokens["refresh_token"].as_str().unwrap_or_default().to_owned(),
            ..self.clone()
        }
    }

    /// The same client with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A request to be refined; `path` without `/api/v1`, or a full path of the site.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let site_wide =
            path.starts_with("/api/") || path.starts_with("/.well-known") || path.starts_with("/health");
        let prefix = if site_wide { "" } else { "/api/v1" };
        let request = self.http.request(method, format!("{}{prefix}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a refined request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request).await
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `POST`
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// `PUT`
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body)).await
    }

    /// `PATCH`
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `POST` of a form with one file in the field `file`.
    pub async fn upload(&self, path: &str, name: &str, content: Vec<u8>) -> Answer {
        const BOUNDARY: &str = "momentum-test-boundary";
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend(content);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(self.request(Method::POST, path).header("content-type", kind).body(body)).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }
}

/// A browser without scripts: keeps cookies, follows no redirect by itself, sends forms as pages do.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    url: String,
}

impl Browser {
    pub(crate) fn new(url: &str) -> Self {
        Self::called(url, USER_AGENT)
    }

    /// One that calls itself so.
    pub(crate) fn called(url: &str, user_agent: &str) -> Self {
        let http = client(user_agent).cookie_store(true).build().expect("a client");
        Self { http, url: url.to_owned() }
    }

    /// A request to be refined.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Sends a refined request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request).await
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// The token that forms of the page at `path` carry.
    pub async fn form_token(&self, path: &str) -> String {
        let page = self.get(path).await;
        let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| {
            panic!("{path} has no form ({}): {}", page.status, &page.text[..page.text.len().min(300)])
        });
        rest.split('"').next().expect("a value").to_owned()
    }

    /// Opens the page at `page` and posts a form of it to `path`.
    pub async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token(page).await;
        self.post_with(path, &token, fields).await
    }

    /// Posts a form with this token.
    pub async fn post_with(&self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", token)];
        all.extend_from_slice(fields);
        Answer::of(self.request(Method::POST, path).form(&all)).await
    }

    /// Signs in through the page, which has to succeed.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let answer = self.submit("/sign-in", "/sign-in", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
}
