//! The part of an API server that the operator uses: get, list by label, server-side apply (as
//! replacement), merge patch, delete with preconditions, and the status apart from the rest. An object is
//! kept under its path.

use super::fuse::Fuse;
use crate::fixtures::NAMESPACE;
use http::{Method, Request, Response, StatusCode};
use kube::client::Body;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tower::{BoxError, Service};

/// A right that was used: verb, API group, resource.
type Call = (String, String, String);

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Value>,
    version: u64,
    calls: BTreeSet<Call>,
    written: Vec<String>,
}

/// It, shared.
#[derive(Clone)]
pub(crate) struct ApiServer {
    state: Arc<Mutex<State>>,
    fuse: Fuse,
}

impl ApiServer {
    pub(super) fn new(fuse: Fuse) -> Self {
        Self { state: Arc::default(), fuse }
    }

    /// Where an object of the market is.
    pub(crate) fn path(group_version: &str, plural: &str, name: &str) -> String {
        let root = if group_version.contains('/') { "apis" } else { "api" };
        format!("/{root}/{group_version}/namespaces/{NAMESPACE}/{plural}/{name}")
    }

    /// Puts an object there, as somebody else.
    pub(crate) fn put(&self, object: Value) {
        let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        let plural = format!("{}s", text("/kind").to_lowercase());
        let path = Self::path(&text("/apiVersion"), &plural, &text("/metadata/name"));
        self.state.lock().unwrap().replace(&path, object);
    }

    /// What is at a path.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        self.state.lock().unwrap().objects.get(path).cloned()
    }

    /// Takes away what is at a path, as somebody else.
    pub(crate) fn remove(&self, path: &str) -> Option<Value> {
        self.state.lock().unwrap().objects.remove(path)
    }

    /// Changes everything of a plural, as somebody else.
    pub(crate) fn change(&self, plural: &str, mut change: impl FnMut(&mut Value)) {
        let mut state = self.state.lock().unwrap();
        let infix = format!("/{plural}/");
        let chosen = state.objects.iter_mut().filter(|(path, _)| path.contains(&infix));
        chosen.for_each(|(_, object)| change(object));
    }

    /// The names of everything of a plural.
    pub(crate) fn names(&self, plural: &str) -> Vec<String> {
        let infix = format!("/{plural}/");
        let state = self.state.lock().unwrap();
        let paths = state.objects.keys().filter(|it| it.contains(&infix));
        paths.filter_map(|it| Some(it.rsplit_once('/')?.1.to_owned())).collect()
    }

    /// The rights that were used.
    pub(crate) fn calls(&self) -> BTreeSet<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// What was written since the last time this was asked.
    pub(crate) fn written(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().written)
    }

    /// All objects but events and pods, without what each run makes anew.
    pub(super) fn all_without_volatile(&self) -> BTreeMap<String, Value> {
        let state = self.state.lock().unwrap();
        let told = |path: &str| path.contains("/events/") || path.contains("/pods/");
        let objects = state.objects.iter().filter(|(path, _)| !told(path));
        objects.map(|(path, object)| (path.clone(), steady(object))).collect()
    }

    fn answer(&self, method: &Method, uri: &http::Uri, body: &[u8]) -> Result<Answer, BoxError> {
        let path = uri.path();
        self.state.lock().unwrap().note(method, path);
        let parsed = || serde_json::from_slice::<Value>(body).unwrap_or_default();
        if *method == Method::GET {
            self.fuse.read()?;
            let state = self.state.lock().unwrap();
            return Ok(match selector(uri) {
                Some(label) => Ok(state.list(path, &label)),
                None => state.objects.get(path).cloned().ok_or(StatusCode::NOT_FOUND),
            });
        }
        let write = || {
            let mut state = self.state.lock().unwrap();
            state.written.push(format!("{method} {path}"));
            match *method {
                Method::POST => Ok(state.create(path, parsed())),
                Method::PATCH => state.patch(path, parsed()),
                Method::DELETE => state.delete(path, &parsed()),
                _ => Err(StatusCode::METHOD_NOT_ALLOWED),
            }
        };
        Ok(self.fuse.write(write)?)
    }
}

type Answer = Result<Value, StatusCode>;

/// The label that a list is restricted to; a list is always restricted here.
fn selector(uri: &http::Uri) -> Option<(String, String)> {
    let query = uri.query()?.replace("%2F", "/").replace("%3D", "=");
    let label = query.split('&').find_map(|it| it.strip_prefix("labelSelector="))?;
    let (key, value) = label.split_once('=')?;
    Some((key.to_owned(), value.to_owned()))
}

fn steady(object: &Value) -> Value {
    let mut object = object.clone();
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in ["uid", "resourceVersion", "generation", "annotations"] {
        metadata.remove(key);
    }
    let (is_secret, is_shop) = (object["kind"] == "Secret", object["kind"] == "Shop");
    if let Some(template) = object.pointer_mut("/spec/template/metadata") {
        template.as_object_mut().unwrap().remove("annotations");
    }
    if !is_shop {
        object.as_object_mut().unwrap().remove("status");
    }
    if is_secret {
        let data = object["data"].as_object_mut().unwrap();
        data.values_mut().for_each(|it| *it = json!("secret"));
    }
    object
}

impl State {
    /// Which right a call needs.
    fn note(&mut self, method: &Method, path: &str) {
        let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
        let (group, rest) =
            if parts[0] == "api" { ("", &parts[2..]) } else { (parts[1], &parts[3..]) };
        let resource = match rest {
            ["namespaces", _, resource] | ["namespaces", _, resource, _] => (*resource).to_owned(),
            ["namespaces", _, resource, _, part] => format!("{resource}/{part}"),
            _ => panic!("unexpected path {path}"),
        };
        let verb = match *method {
            Method::GET if rest.len() == 3 => "list",
            Method::GET => "get",
            Method::POST => "create",
            Method::PATCH => "patch",
            Method::DELETE => "delete",
            _ => panic!("unexpected method {method}"),
        };
        self.calls.insert((verb.to_owned(), group.to_owned(), resource));
    }

    fn list(&self, path: &str, (key, value): &(String, String)) -> Value {
        let inside = format!("{path}/");
        let labelled = |it: &&Value| it["metadata"]["labels"][key] == *value;
        let of_path = self.objects.iter().filter(|(path, _)| path.starts_with(&inside));
        let items: Vec<_> = of_path.map(|(_, object)| object).filter(labelled).collect();
        json!({ "kind": "List", "apiVersion": "v1", "metadata": {}, "items": items })
    }

    fn create(&mut self, path: &str, object: Value) -> Value {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        self.replace(&format!("{path}/{name}"), object)
    }

    fn patch(&mut self, path: &str, body: Value) -> Answer {
        if let Some(path) = path.strip_suffix("/status") {
            let object = self.objects.get(path).ok_or(StatusCode::NOT_FOUND)?;
            let mut object = object.clone();
            object["status"] = body["status"].clone();
            return Ok(self.replace(path, object));
        }
        if body.get("kind").is_none() {
            let mut object = self.objects.get(path).ok_or(StatusCode::NOT_FOUND)?.clone();
            merge(&mut object, &body);
            return Ok(self.replace(path, object));
        }
        if !self.objects.contains_key(path) {
            let create = ("create".to_owned(), group(path), resource(path));
            self.calls.insert(create);
        }
        Ok(self.replace(path, body))
    }

    fn delete(&mut self, path: &str, options: &Value) -> Answer {
        let object = self.objects.get(path).ok_or(StatusCode::NOT_FOUND)?;
        for key in ["uid", "resourceVersion"] {
            let wanted = &options["preconditions"][key];
            if wanted.is_null() || *wanted != object["metadata"][key] {
                return Err(StatusCode::CONFLICT);
            }
        }
        Ok(self.objects.remove(path).unwrap_or_default())
    }

    /// What the API server adds to an object, and keeps of the one before.
    fn replace(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        let before = self.objects.get(path).cloned().unwrap_or_default();
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.insert("namespace".to_owned(), json!(NAMESPACE));
        metadata.insert("resourceVersion".to_owned(), json!(self.version.to_string()));
        let uid = &before["metadata"]["uid"];
        let uid = if uid.is_null() { json!(format!("uid-{}", self.version)) } else { uid.clone() };
        metadata.entry("uid").or_insert(uid);
        let generation = before["metadata"]["generation"].as_i64().unwrap_or(0);
        let changed = before["spec"] != object["spec"];
        let generation = generation + i64::from(changed);
        object["metadata"]["generation"] = json!(generation.max(1));
        if object["status"].is_null() && !before["status"].is_null() {
            object["status"] = before["status"].clone();
        }
        self.objects.insert(path.to_owned(), object.clone());
        object
    }
}

fn group(path: &str) -> String {
    let mut parts = path.split('/').skip(1);
    if parts.next() == Some("api") { String::new() } else { parts.next().unwrap().to_owned() }
}

fn resource(path: &str) -> String {
    path.rsplit('/').nth(1).unwrap().to_owned()
}

fn merge(into: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    for (key, value) in patch {
        merge(&mut into[key], value);
    }
}

impl Service<Request<Body>> for ApiServer {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect_bytes().await?;
            let (status, body) = match server.answer(&parts.method, &parts.uri, &body)? {
                Ok(body) => (StatusCode::OK, body),
                Err(status) => (status, failure(status)),
            };
            let body = Body::from(serde_json::to_vec(&body)?);
            Ok(Response::builder().status(status).body(body)?)
        })
    }
}

fn failure(status: StatusCode) -> Value {
    let reason = if status == StatusCode::NOT_FOUND { "NotFound" } else { "Conflict" };
    json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": reason,
        "reason": reason,
        "code": status.as_u16(),
    })
}
