//! Stable addresses: one for each service of the shop and one more for the gateways among themselves, two
//! for the broker, one for the database.

use super::{mongodb, rabbitmq};
use crate::{
    blueprint::{Blueprint, Workload},
    crd::ServiceType,
    names::{MONGODB, RABBITMQ},
};
use contracts::catalog::GATEWAY;
use k8s_openapi::{
    api::core::v1::{Service, ServicePort, ServiceSpec},
    apimachinery::pkg::util::intstr::IntOrString,
};

/// The address of one service; the gateway's is reached as the Shop says.
pub fn build(shop: &Blueprint, workload: &Workload) -> Service {
    let component = workload.service.name;
    let mut service = of_ports(shop, component, vec![port("http", 80)]);
    if workload.service == GATEWAY {
        expose(shop, &mut service);
    }
    service
}

fn expose(shop: &Blueprint, service: &mut Service) {
    let wanted = &shop.entry;
    let Some(spec) = service.spec.as_mut() else { return };
    spec.type_ = Some(
        match wanted.kind {
            ServiceType::ClusterIP => "ClusterIP",
            ServiceType::NodePort => "NodePort",
            ServiceType::LoadBalancer => "LoadBalancer",
        }
        .to_owned(),
    );
    for port in spec.ports.iter_mut().flatten() {
        port.node_port = wanted.node_port;
    }
}

/// What stands behind the name of the Shop where the gateways find each other.
pub const PEERS: &str = "gateway-peers";

/// Where the gateways find each other: those that serve, since these share what a client may ask.
pub fn gateway_peers(shop: &Blueprint) -> Service {
    let mut service = headless(of_ports(shop, GATEWAY.name, vec![port("http", GATEWAY.port)]));
    service.metadata.name = Some(shop.identity.child(PEERS));
    service
}

/// Where clients find the broker.
pub fn broker(shop: &Blueprint) -> Service {
    let ports = [
        ("amqp", rabbitmq::AMQP),
        ("management", rabbitmq::MANAGEMENT),
        ("metrics", rabbitmq::METRICS),
    ];
    of_ports(shop, RABBITMQ, ports.map(|(name, number)| port(name, number)).into())
}

/// Where the nodes of the broker find each other, before they are ready.
pub fn broker_nodes(shop: &Blueprint) -> Service {
    let ports = [("epmd", rabbitmq::EPMD), ("distribution", rabbitmq::DISTRIBUTION)];
    let ports = ports.map(|(name, number)| port(name, number)).into();
    let mut service = before_ready(headless(of_ports(shop, RABBITMQ, ports)));
    service.metadata.name = Some(shop.identity.child(rabbitmq::NODES));
    service
}

/// Where the members of the database are found, before they are ready.
pub fn database(shop: &Blueprint) -> Service {
    before_ready(headless(of_ports(shop, MONGODB, vec![port("mongodb", mongodb::PORT)])))
}

fn of_ports(shop: &Blueprint, component: &str, ports: Vec<ServicePort>) -> Service {
    Service {
        metadata: shop.identity.meta(component),
        spec: Some(ServiceSpec {
            selector: Some(shop.identity.selector(component)),
            ports: Some(ports),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn headless(mut service: Service) -> Service {
    if let Some(spec) = service.spec.as_mut() {
        spec.cluster_ip = Some("None".to_owned());
    }
    service
}

fn before_ready(mut service: Service) -> Service {
    if let Some(spec) = service.spec.as_mut() {
        spec.publish_not_ready_addresses = Some(true);
    }
    service
}

/// A port that leads to the pods' port of the same name.
fn port(name: &str, number: u16) -> ServicePort {
    ServicePort {
        name: Some(name.to_owned()),
        port: number.into(),
        protocol: Some("TCP".to_owned()),
        target_port: Some(IntOrString::String(name.to_owned())),
        ..ServicePort::default()
    }
}
