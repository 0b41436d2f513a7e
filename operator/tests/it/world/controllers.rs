//! What others make of the operator's objects: every workload gets its pods at once, and all of them are
//! ready.

use super::ApiServer;
use serde_json::{Value, json};

/// The cluster's own controllers act; a Deployment that does not go on keeps what it has.
pub(super) fn act(api: &ApiServer, goes_on: impl Fn(&str) -> bool) {
    let mut pods = Vec::new();
    let mut slow = Vec::new();
    api.change("deployments", |it| {
        let name = it["metadata"]["name"].as_str().unwrap();
        if !goes_on(name) {
            slow.push(format!("{name}-"));
            return;
        }
        let replicas = it["spec"]["replicas"].as_i64().unwrap();
        it["status"] = json!({
            "observedGeneration": it["metadata"]["generation"],
            "replicas": replicas,
            "updatedReplicas": replicas,
            "readyReplicas": replicas,
            "availableReplicas": replicas,
        });
        pods.extend((0..replicas).map(|index| pod(it, index, "")));
    });
    api.change("statefulsets", |it| {
        let revision = it["metadata"]["generation"].to_string();
        let replicas = it["spec"]["replicas"].as_i64().unwrap();
        it["status"] = json!({
            "observedGeneration": it["metadata"]["generation"],
            "replicas": replicas,
            "updateRevision": revision,
        });
        pods.extend((0..replicas).map(|index| pod(it, index, &revision)));
    });
    let wanted: Vec<_> = pods.iter().map(|it| it["metadata"]["name"].clone()).collect();
    let stays = |it: &str| slow.iter().any(|slow| it.starts_with(slow.as_str()));
    let gone = |it: &String| !wanted.contains(&json!(it)) && !stays(it);
    for name in api.names("pods").into_iter().filter(gone) {
        api.remove(&ApiServer::path("v1", "pods", &name));
    }
    for pod in pods {
        api.put(pod);
    }
}

fn pod(owner: &Value, index: i64, revision: &str) -> Value {
    let name = format!("{}-{index}", owner["metadata"]["name"].as_str().unwrap());
    let mut labels = owner["spec"]["template"]["metadata"]["labels"].clone();
    labels["controller-revision-hash"] = json!(revision);
    let annotations = &owner["spec"]["template"]["metadata"]["annotations"];
    let controller = json!({
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": true,
    });
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [controller],
        },
        "status": {
            "phase": "Running",
            "podIP": "10.0.0.1",
            "conditions": [{ "type": "Ready", "status": "True" }],
        },
    })
}
