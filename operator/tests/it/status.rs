//! What is said about pods.

use k8s_openapi::api::core::v1::Pod;
use operator::status::{is_ready, problem};
use serde_json::{Value, json};

fn pod(status: &Value) -> Pod {
    let pod = json!({ "metadata": { "name": "acme-orders-0" }, "status": status });
    serde_json::from_value(pod).unwrap()
}

fn waiting(list: &str, reason: &str) -> Pod {
    let container = json!({
        "name": "orders", "image": "shopkeeper/orders:none", "imageID": "", "ready": false, "restartCount": 0,
        "state": { "waiting": { "reason": reason } },
    });
    pod(&json!({ list: [container] }))
}

#[test]
fn what_keeps_a_pod_from_serving() {
    let image = "pod acme-orders-0 cannot get the image shopkeeper/orders:none";
    let start = "container orders of pod acme-orders-0 does not start: see kubectl logs acme-orders-0 -c orders";
    let unscheduled = json!({ "conditions": [{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable" }] });
    let seen = [
        (waiting("containerStatuses", "ImagePullBackOff"), Some(("ImagePullBackOff", image))),
        (waiting("containerStatuses", "ErrImagePull"), Some(("ImagePullBackOff", image))),
        (waiting("initContainerStatuses", "CrashLoopBackOff"), Some(("CrashLoopBackOff", start))),
        (waiting("containerStatuses", "ContainerCreating"), None),
        (waiting("containerStatuses", "PodInitializing"), None),
        (
            pod(&unscheduled),
            Some((
                "Unschedulable",
                "no node can take pod acme-orders-0: see kubectl describe pod acme-orders-0",
            )),
        ),
        (pod(&json!({})), None),
    ];
    for (pod, wanted) in seen {
        let problem = problem(&pod);
        let said = problem.as_ref().map(|it| (it.reason, it.message.as_str()));
        assert_eq!(said, wanted);
    }
}

#[test]
fn a_pod_that_is_about_to_go_is_not_ready() {
    let ready = json!({ "conditions": [{ "type": "Ready", "status": "True" }] });
    let mut pod = pod(&ready);
    assert!(is_ready(&pod));
    pod.metadata.deletion_timestamp =
        serde_json::from_value(json!("2026-11-23T12:00:00Z")).unwrap();
    assert!(!is_ready(&pod));
}
