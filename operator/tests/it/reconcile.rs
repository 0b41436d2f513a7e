//! Named stories, against a pretended world.

use crate::{
    fixtures::{minimal, production, shop},
    world::{ApiServer, World, assert_same},
};
use contracts::gateway_settings::CheckedSettings;
use operator::{rbac, reconcile::Next, status::condition};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn deployment(name: &str) -> String {
    ApiServer::path("apps/v1", "deployments", name)
}

#[tokio::test]
async fn a_shop_becomes_ready_and_then_nothing_is_written() {
    for shop in [minimal(), production()] {
        let world = World::with(&shop);
        world.settle(&shop).await;
        world.api.written();
        world.fuse.reset();
        assert_eq!(world.step(&shop).await.unwrap(), Next::Settled);
        assert_eq!(world.api.written(), Vec::<String>::new());
        assert_eq!(world.fuse.writes(), 0);
    }
}

#[tokio::test]
async fn its_status_says_so() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let status = world.status(&shop);
    let counts = [&status.services, &status.broker, &status.database].map(|it| it.as_deref());
    assert_eq!(counts, [Some("8/8"), Some("3/3"), Some("3/3")]);
    assert_eq!(status.url.as_deref(), Some("http://acme-gateway.market"));
    assert_eq!(status.staff_secret.as_deref(), Some("acme-staff"));
    assert!(world.api.names("secrets").contains(&"acme-staff".to_owned()));
    let mut holding: Vec<_> = status.conditions.iter().filter(|it| it.status == "True").collect();
    holding.sort_by_key(|it| &it.type_);
    let holding: Vec<_> = holding.iter().map(|it| it.type_.as_str()).collect();
    let wanted = ["BrokerReady", "DatabaseReady", "Ready", "ServicesReady", "TopologyReady"];
    assert_eq!(holding, wanted);
}

#[tokio::test]
async fn without_a_mail_server_it_says_that_mails_are_kept() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let (status, _, message) = world.condition(&shop, condition::READY);
    assert_eq!(status, "True");
    assert!(
        message.ends_with("mails are kept and not sent: write the mail server in spec.email.smtp")
    );
}

#[tokio::test]
async fn what_is_deleted_or_changed_by_hand_comes_back() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let before = world.end_state();
    world.api.remove(&deployment("acme-orders")).unwrap();
    world.api.remove(&ApiServer::path("v1", "services", "acme-rabbitmq")).unwrap();
    world.api.change("configmaps", |it| it["data"] = json!({ "enabled_plugins": "[]." }));
    world.api.change("statefulsets", |it| {
        it["spec"]["template"]["spec"].as_object_mut().unwrap().remove("volumes");
    });
    world.settle(&shop).await;
    assert_same(&world.end_state(), &before, "after all of it was put back");
}

#[tokio::test]
async fn what_is_no_longer_wanted_goes_away() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let mut one = shop.clone();
    one.spec.services.clear();
    world.edit(&one);
    world.settle(&one).await;
    let budgets = world.api.names("poddisruptionbudgets");
    assert_eq!(budgets, ["acme-mongodb", "acme-rabbitmq"]);
}

#[tokio::test]
async fn a_variable_that_is_no_longer_set_goes_away() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let mut silent = shop.clone();
    silent.spec.email.stakeholders.clear();
    world.edit(&silent);
    world.settle(&silent).await;
    let email = world.api.get(&deployment("acme-email")).unwrap().to_string();
    assert!(!email.contains("MAIL_STAKEHOLDERS"));
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_left_alone() {
    let shop = minimal();
    let world = World::with(&shop);
    let theirs = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": "acme-orders", "labels": { "app": "theirs" } },
        "spec": { "clusterIP": "10.0.0.9" },
    });
    world.api.put(theirs);
    let path = ApiServer::path("v1", "services", "acme-orders");
    let before = world.api.get(&path);
    assert!(world.step(&shop).await.is_err());
    assert_eq!(world.api.get(&path), before);
    let (status, reason, message) = world.condition(&shop, condition::STALLED);
    assert_eq!((status.as_str(), reason.as_str()), ("True", "NameTaken"));
    assert!(message.starts_with("Service acme-orders exists and is not this Shop's"), "{message}");
    world.api.remove(&path).unwrap();
    world.settle(&shop).await;
    assert_eq!(world.condition(&shop, condition::STALLED).0, "False");
}

#[tokio::test]
async fn what_a_deleted_shop_left_is_waited_for() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let mut next = shop.clone();
    next.metadata.uid = Some("another-uid".to_owned());
    let path = ApiServer::path("shopkeeper.dev/v1alpha1", "shops", "acme");
    world.api.remove(&path);
    world.api.put(serde_json::to_value(&next).unwrap());
    world.api.written();
    assert!(world.step(&next).await.is_err());
    let (status, reason, _) = world.condition(&next, condition::RECONCILING);
    assert_eq!((status.as_str(), reason.as_str()), ("True", "WaitingForDeletion"));
    let touched: Vec<_> =
        world.api.written().into_iter().filter(|it| !it.ends_with("/status")).collect();
    assert_eq!(touched, Vec::<String>::new());
}

#[tokio::test]
async fn a_shop_applied_again_finds_its_credentials() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let secret = ApiServer::path("v1", "secrets", "acme-orders-credentials");
    let before = world.api.get(&secret).unwrap();
    collect_garbage(&world);
    let mut next = shop.clone();
    next.metadata.uid = Some("another-uid".to_owned());
    world.api.put(serde_json::to_value(&next).unwrap());
    world.settle(&next).await;
    assert_eq!(world.api.get(&secret).unwrap()["data"], before["data"]);
}

/// Deletes the Shop and everything that belongs to it.
fn collect_garbage(world: &World) {
    let plurals = [
        ("v1", "serviceaccounts"),
        ("v1", "configmaps"),
        ("v1", "services"),
        ("v1", "secrets"),
        ("apps/v1", "deployments"),
        ("apps/v1", "statefulsets"),
        ("shopkeeper.dev/v1alpha1", "shops"),
    ];
    for (version, plural) in plurals {
        for name in world.api.names(plural) {
            let path = ApiServer::path(version, plural, &name);
            let object = world.api.get(&path).unwrap();
            let owned = object.pointer("/metadata/ownerReferences/0").is_some();
            if owned || plural == "shops" {
                world.api.remove(&path);
            }
        }
    }
}

#[tokio::test]
async fn a_refused_spec_changes_nothing_and_waits() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let before = world.end_state()[&deployment("acme-orders")].clone();
    let mut even = shop.clone();
    even.spec.rabbitmq.replicas = 2;
    world.edit(&even);
    assert!(world.step(&even).await.is_err());
    assert_eq!(world.end_state()[&deployment("acme-orders")], before);
    for kind in [condition::READY, condition::STALLED] {
        let (_, reason, message) = world.condition(&even, kind);
        assert_eq!(reason, "SpecInvalid");
        assert!(message.ends_with("write 1 or 3"), "{message}");
    }
    assert_eq!(world.condition(&even, condition::DATABASE).0, "True");
}

#[tokio::test]
async fn a_paused_or_leaving_shop_is_left_alone() {
    let paused = shop("acme", &json!({ "paused": true }));
    let mut leaving = minimal();
    leaving.metadata.deletion_timestamp =
        serde_json::from_value(json!("2026-11-23T12:00:00Z")).unwrap();
    for shop in [paused, leaving] {
        let world = World::with(&shop);
        assert_eq!(world.step(&shop).await.unwrap(), Next::Wait);
        assert_eq!(world.api.written(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_pod_that_blocks_the_correction_of_its_image_is_replaced() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    world.api.change("pods", |it| {
        if it["metadata"]["name"] == "acme-mongodb-1" {
            it["metadata"]["labels"]["controller-revision-hash"] = json!("older");
            it["status"] = json!({ "containerStatuses": [{
                "name": "mongodb", "image": "mongo:none", "imageID": "", "ready": false, "restartCount": 0,
                "state": { "waiting": { "reason": "ImagePullBackOff" } },
            }] });
        }
    });
    world.api.written();
    assert_eq!(world.step(&shop).await.unwrap(), Next::Soon);
    let pod = ApiServer::path("v1", "pods", "acme-mongodb-1");
    assert!(world.api.written().contains(&format!("DELETE {pod}")));
    let (_, reason, message) = world.condition(&shop, condition::DATABASE);
    assert_eq!(reason, "ImagePullBackOff");
    assert_eq!(
        message,
        "pod acme-mongodb-1 cannot get the image mongo:none: correct spec.mongodb.image"
    );
}

#[tokio::test]
async fn claims_grow() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let labels = |component: &str| json!({ "shopkeeper.dev/shop": "acme", "app.kubernetes.io/component": component });
    for component in ["mongodb", "rabbitmq"] {
        world.api.put(json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": { "name": format!("data-acme-{component}-0"), "labels": labels(component) },
            "spec": { "resources": { "requests": { "storage": "1Gi" } } },
        }));
    }
    let mut larger = shop.clone();
    larger.spec.mongodb.storage.size = "2Gi".to_owned();
    world.edit(&larger);
    world.settle(&larger).await;
    let size = |name: &str| {
        let claim = world.api.get(&ApiServer::path("v1", "persistentvolumeclaims", name)).unwrap();
        claim["spec"]["resources"]["requests"]["storage"].clone()
    };
    assert_eq!(size("data-acme-mongodb-0"), "2Gi");
    assert_eq!(size("data-acme-rabbitmq-0"), "1Gi");
}

#[tokio::test]
async fn what_is_set_at_the_gateway_is_written_to_a_file_and_restarts_nobody() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    world.api.written();
    let mut slower = shop.clone();
    slower.spec.gateway.timeout = "9s".to_owned();
    world.edit(&slower);
    assert_eq!(world.step(&slower).await.unwrap(), Next::Settled);
    let file = ApiServer::path("v1", "configmaps", "acme-gateway-settings");
    let written = world.api.written().into_iter().filter(|it| !it.ends_with("/status"));
    assert_eq!(written.collect::<Vec<_>>(), [format!("PATCH {file}")]);
    let text = world.api.get(&file).unwrap()["data"]["gateway.json"].clone();
    let read = CheckedSettings::read(text.as_str().unwrap()).unwrap();
    assert_eq!(read.timeout.to_string(), "9s");
}

#[tokio::test]
async fn events_are_told_on_transitions_only() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let reasons = || -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        world.api.change("events", |it| {
            all.insert(it["reason"].as_str().map(str::to_owned).unwrap());
        });
        all
    };
    let wanted = ["BrokerReady", "DatabaseReady", "Ready", "ServicesReady", "TopologyReady"];
    assert_eq!(reasons().into_iter().collect::<Vec<_>>(), wanted);
    world.broker.topology().queues.clear();
    world.broker.topology().bindings.clear();
    world.step(&shop).await.unwrap();
    assert!(reasons().contains("TopologyRepaired"));
}

#[tokio::test]
async fn it_uses_the_rights_it_asks_for_and_no_others() {
    let shop = production();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let mut one = shop.clone();
    one.spec.services.clear();
    world.edit(&one);
    world.settle(&one).await;
    let granted: BTreeSet<_> = rbac::rules()
        .into_iter()
        .flat_map(|rule| {
            let group = rule.api_groups.unwrap().remove(0);
            let each = move |resource: String| {
                let group = group.clone();
                let verbs = rule.verbs.clone().into_iter();
                verbs.map(move |verb| (verb, group.clone(), resource.clone()))
            };
            rule.resources.unwrap().into_iter().flat_map(each).collect::<Vec<_>>()
        })
        .collect();
    let used = world.api.calls();
    let missing: Vec<_> = used.difference(&granted).collect();
    assert!(missing.is_empty(), "used and not granted: {missing:?}");
    // What these stories do not come by: watches, rare repairs, and the prune of what is always wanted.
    let rare = |(verb, _, resource): &&(String, String, String)| {
        verb == "watch"
            || verb == "delete"
            || resource == "persistentvolumeclaims"
            || resource == "shops"
            || resource == "events"
    };
    let unused: Vec<_> = granted.difference(&used).filter(|it| !rare(it)).collect();
    assert!(unused.is_empty(), "granted and not used: {unused:?}");
}

#[tokio::test]
async fn times_of_conditions_move_only_when_they_flip() {
    let shop = minimal();
    let world = World::with(&shop);
    world.settle(&shop).await;
    let times = |status: operator::crd::ShopStatus| -> Vec<Value> {
        status.conditions.iter().map(|it| json!([it.type_, it.last_transition_time])).collect()
    };
    let before = times(world.status(&shop));
    let mut two = shop.clone();
    two.spec.version = Some("2".to_owned());
    world.edit(&two);
    world.settle(&two).await;
    assert_eq!(times(world.status(&two)), before);
}
