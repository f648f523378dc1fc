//! Routes together with what the documents say about them, so that neither is without the other.

use axum::Router;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::routing::{MethodFilter, on};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Rest;
use super::error::ErrorBody;

/// Makes the schema of a type, and of those it names.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type.
pub(super) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What the documents say about a route.
pub(super) struct Operation {
    summary: &'static str,
    body: Option<SchemaOf>,
    /// Other media types than JSON that the body may have.
    body_also: &'static [&'static str],
    answer: (StatusCode, Option<SchemaOf>),
    /// Other media types than JSON that the answer may have.
    also: &'static [&'static str],
    query: &'static [(&'static str, &'static str)],
    takes_token: bool,
}

impl Operation {
    /// One that is answered with nothing but that it is done.
    pub(super) const fn done(summary: &'static str) -> Self {
        Self::new(summary, StatusCode::NO_CONTENT, None)
    }

    /// One that is answered with something.
    pub(super) const fn says(summary: &'static str, answer: SchemaOf) -> Self {
        Self::new(summary, StatusCode::OK, Some(answer))
    }

    /// One that is answered with bytes of one of these media types.
    pub(super) const fn gives(summary: &'static str, types: &'static [&'static str]) -> Self {
        Self::new(summary, StatusCode::OK, None).also(types)
    }

    /// One that is answered with what it created.
    pub(super) const fn creates(summary: &'static str, answer: SchemaOf) -> Self {
        Self::new(summary, StatusCode::CREATED, Some(answer))
    }

    const fn new(summary: &'static str, status: StatusCode, answer: Option<SchemaOf>) -> Self {
        let (body, answer) = (None, (status, answer));
        let (body_also, also, query): (&[_], &[_], &[_]) = (&[], &[], &[]);
        Self { summary, body, body_also, answer, also, query, takes_token: true }
    }

    /// It takes a body.
    pub(super) const fn taking(mut self, body: SchemaOf) -> Self {
        self.body = Some(body);
        self
    }

    /// Its body can be of other media types too.
    pub(super) const fn taking_also(mut self, types: &'static [&'static str]) -> Self {
        self.body_also = types;
        self
    }

    /// It takes parameters, each with what it means.
    pub(super) const fn with(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// It can be answered in other media types too.
    pub(super) const fn also(mut self, types: &'static [&'static str]) -> Self {
        self.also = types;
        self
    }

    /// Anybody may ask.
    pub(super) const fn open(mut self) -> Self {
        self.takes_token = false;
        self
    }
}

/// Collects routes.
pub(super) struct Api {
    router: Router<Rest>,
    paths: Map<String, Value>,
    schemas: SchemaGenerator,
}

impl Api {
    pub(super) fn new() -> Self {
        // OpenAPI 3.1 takes JSON Schema as it is.
        let settings = SchemaSettings::draft2020_12()
            .with(|settings| settings.definitions_path = "/components/schemas".into());
        let schemas = settings.into_generator();
        Self { router: Router::new(), paths: Map::new(), schemas }
    }

    /// Adds a route.
    pub(super) fn on<H, T>(
        &mut self,
        method: MethodFilter,
        path: &'static str,
        handler: H,
        operation: &Operation,
    ) where
        H: Handler<T, Rest>,
        T: 'static,
    {
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, on(method, handler));
        let described = self.describe(path, operation);
        let at = self.paths.entry(path).or_insert_with(|| json!({}));
        at[name(method)] = described;
    }

    fn describe(&mut self, path: &str, operation: &Operation) -> Value {
        let Operation { summary, body, body_also, also, query, takes_token, .. } = operation;
        let (status, answer) = &operation.answer;
        let in_path = path.split('/').filter_map(|part| part.strip_prefix('{'));
        let in_path = in_path.map(|part| {
            let name = part.trim_end_matches('}');
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        });
        let in_query = query.iter().map(|(name, meaning)| {
            json!({
                "name": name, "in": "query", "description": meaning,
                "schema": { "type": "string" }
            })
        });
        let parameters: Vec<Value> = in_path.chain(in_query).collect();
        let mut answered = json!({ "description": summary });
        if let Some(answer) = answer {
            answered["content"] =
                json!({ "application/json": { "schema": answer(&mut self.schemas) } });
        }
        for media_type in *also {
            answered["content"][*media_type] = json!({ "schema": { "type": "string" } });
        }
        let error = of::<ErrorBody>(&mut self.schemas);
        let mut described = json!({
            "summary": summary,
            "parameters": parameters,
            "responses": {
                status.as_str(): answered,
                "default": {
                    "description": "Not done, and nothing has changed",
                    "content": { "application/json": { "schema": error } }
                }
            },
            "security": if *takes_token { json!([{ "token": [] }]) } else { json!([]) }
        });
        if let Some(body) = body {
            described["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": body(&mut self.schemas) } }
            });
            for media_type in *body_also {
                described["requestBody"]["content"][*media_type] =
                    json!({ "schema": { "type": "string" } });
            }
        }
        described
    }

    /// The routes, and the document that describes them.
    pub(super) fn finish(mut self) -> (Router<Rest>, Value) {
        let schemas = self.schemas.take_definitions(true);
        let document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Trefoil",
                "description": "Sign-in, administration and records. Calls are made over the \
                                WebSocket, which docs/protocol.md describes.",
                "version": env!("CARGO_PKG_VERSION"),
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
            },
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" }
                }
            }
        });
        (self.router, document)
    }
}

/// As the document writes it. Only these five are used.
fn name(method: MethodFilter) -> &'static str {
    let names = [
        (MethodFilter::GET, "get"),
        (MethodFilter::POST, "post"),
        (MethodFilter::PUT, "put"),
        (MethodFilter::PATCH, "patch"),
        (MethodFilter::DELETE, "delete"),
    ];
    let known = names.into_iter().find(|(known, _)| *known == method);
    known.expect("a route has one of these methods").1
}
