//! The JSON API. Its document is made from the code: what is routed is described, and the other way round.

mod extract;
mod guard;
mod v1;
mod versions;

pub(crate) use extract::{ApiJson, ApiQuery, Bearer, absent, merged, parse_id, taken, typed};
use guard::guard_api;
pub(crate) use v1::{audit_csv, events, recommendations_csv, searches_csv, users_csv};
pub(crate) use versions::{based_on, tagged};

use axum::{Router, http::Method, middleware};
use momentum_core::{authoring::CourseSort, catalog::Sort, media::MediaSort, operations::UserSort};
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type,
        path::{ParameterBuilder, ParameterIn},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{
    App,
    http::{
        access::{Access, Face, RouteInfo},
        body_limit::at_most,
        files::is_file,
        problem,
    },
};

/// Where version 1 stands.
pub(crate) const BASE: &str = "/api/v1";

/// Whether a path belongs to the API, so that errors there are problem documents.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/v1")
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Momentum API",
        description = "Everything that the pages can do. Errors are RFC 9457 problem documents with a stable `type`; \
                       lists answer `items`, `total`, `limit` and `offset`; times are RFC 3339 in UTC; money is in minor \
                       units with its currency; ids are UUIDs. Unsafe requests that bring no file accept an \
                       `Idempotency-Key`: a repetition within 24 hours gets the first answer again."
    ),
    tags(
        (name = "auth", description = "Accounts, tokens, sessions"),
        (name = "me", description = "The signed-in person"),
        (name = "catalog", description = "Categories and courses"),
        (name = "learning", description = "Enrollments, lessons, progress, notes"),
        (name = "admin", description = "What administrators see and do")
    )
)]
struct Document;

/// Collects operations, each behind its guard.
pub(crate) struct Operations {
    app: App,
    router: Router<App>,
    table: Vec<RouteInfo>,
    /// What the document says of them. Who serves has no use for it, and it takes more memory than all routes.
    described: Option<Described>,
}

#[derive(Default)]
struct Described {
    router: OpenApiRouter<App>,
    /// Each schema as often as operations bring it.
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Operations {
    /// Adds operations of one path, and to the document who may call them.
    pub(crate) fn add(self, access: Access, routes: UtoipaMethodRouter<App>) -> Self {
        self.collect(access, routes, None)
    }

    /// As [`Operations::add`], with bodies of up to so many bytes.
    pub(crate) fn add_roomy(self, bytes: usize, access: Access, routes: UtoipaMethodRouter<App>) -> Self {
        self.collect(access, routes, Some(bytes))
    }

    fn collect(mut self, access: Access, routes: UtoipaMethodRouter<App>, roomy: Option<usize>) -> Self {
        let (schemas, mut paths, handler) = routes;
        for (path, item) in &mut paths.paths {
            for (method, operation) in [
                (Method::GET, &mut item.get),
                (Method::HEAD, &mut item.head),
                (Method::POST, &mut item.post),
                (Method::PUT, &mut item.put),
                (Method::PATCH, &mut item.patch),
                (Method::DELETE, &mut item.delete),
            ] {
                let Some(operation) = operation else { continue };
                operation.operation_id = Some(operation_id(&method, path));
                operation.security = Some(match access {
                    Access::Anyone => vec![SecurityRequirement::default(), bearer()],
                    Access::User | Access::Admin => vec![bearer()],
                });
                self.table.push(RouteInfo { method, path: format!("{BASE}{path}"), access, face: Face::Api });
            }
        }
        let guard = middleware::from_fn_with_state((self.app.clone(), access), guard_api);
        for path in paths.paths.keys() {
            let guarded = handler.clone().layer(guard.clone());
            // Around the guard, which reads the body too.
            let guarded = match roomy {
                Some(bytes) => guarded.layer(at_most(bytes)),
                None => guarded,
            };
            self.router = self.router.route(path, guarded);
        }
        if let Some(described) = &mut self.described {
            described.schemas.extend(schemas.iter().cloned());
            described.router = std::mem::take(&mut described.router).routes((schemas, paths, handler));
        }
        self
    }
}

/// What programs that are made from the document call an operation, such as `get_admin_users_id`.
fn operation_id(method: &Method, path: &str) -> String {
    let method = method.as_str().to_lowercase();
    let words = path.split(['/', '{', '}', '-', '.']).filter(|word| !word.is_empty());
    std::iter::once(method.as_str()).chain(words).collect::<Vec<_>>().join("_")
}

fn bearer() -> SecurityRequirement {
    SecurityRequirement::new::<_, _, String>("bearer", [])
}

/// The routes of the API and who may call what.
pub(crate) fn routes(app: &App) -> (Router<App>, Vec<RouteInfo>) {
    let operations = operations(app, None);
    (Router::new().nest(BASE, operations.router), operations.table)
}

fn operations(app: &App, described: Option<Described>) -> Operations {
    v1::routes(Operations { app: app.clone(), router: Router::new(), table: Vec::new(), described })
}

fn described(app: &App) -> Described {
    operations(app, Some(Described::default())).described.unwrap_or_default()
}

/// Names that several types of the API have: the document keeps one of them, and is wrong about the others.
#[must_use]
pub fn contested_schemas(app: &App) -> Vec<String> {
    let mut known = std::collections::BTreeMap::new();
    let schemas = described(app).schemas;
    let contested = schemas.iter().filter(|(name, schema)| known.entry(name).or_insert(schema) != &schema);
    contested.map(|(name, _)| name.clone()).collect()
}

/// Bytes, as the document describes them.
pub(crate) struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new().schema_type(Type::String);
        bytes.format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).into()
    }
}

impl ToSchema for Binary {}

/// The form of an idempotency key.
fn key_text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))
}

/// The OpenAPI 3.1 document.
#[must_use]
pub fn openapi(app: &App) -> utoipa::openapi::OpenApi {
    let router = OpenApiRouter::with_openapi(Document::openapi()).nest(BASE, described(app).router);
    let mut document = router.into_openapi();
    let components = document.components.get_or_insert_default();
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.bearer_format = Some("JWT".into());
    components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    components.schemas.extend(problem::schemas());
    // They stand in parameters only, where the collection of schemas doesn't look.
    components.schemas.extend([
        (Sort::name().into_owned(), Sort::schema()),
        (UserSort::name().into_owned(), UserSort::schema()),
        (CourseSort::name().into_owned(), CourseSort::schema()),
        (MediaSort::name().into_owned(), MediaSort::schema()),
    ]);
    for item in document.paths.paths.values_mut() {
        let unsafe_operations = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in unsafe_operations.into_iter().flatten() {
            // A file is sent again as it is.
            if let Some(RefOr::T(body)) = &operation.request_body
                && body.content.keys().any(|kind| is_file(kind))
            {
                continue;
            }
            let key = ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some("Makes repetitions of this request harmless."))
                .schema(Some(key_text()))
                .build();
            operation.parameters.get_or_insert_default().push(key.into());
        }
    }
    document
}
