//! The whole shop, from opening to closing.

use crate::{Config, Ground, Outside, Patience, Ports, Secrets, gateway_of::gateway_of, goods};
use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{
    clock::{SharedClock, SystemClock},
    gateway::Gateway,
    http,
    identity::SigningKey,
    process::Process,
};
use contracts::{
    catalog::{CATALOG, EMAIL, GATEWAY, PAYMENTS, Service},
    ids::MessageId,
    text::EmailAddress,
};
use customers::domain::FirstStaff;
use futures::future::{BoxFuture, FutureExt as _, select_all};
use orders::Timing;
use std::{future::pending, sync::Arc, time::Duration};

/// As patient as services are that are told nothing about it.
const PATIENCE: Patience = Patience {
    orders: Timing {
        nudge: Duration::from_secs(10),
        deadline: Duration::from_mins(15),
        transfer_deadline: Duration::from_hours(7 * 24 + 1),
    },
    reservations: inventory::Patience {
        nudge: Duration::from_secs(15),
        expiry: Duration::from_mins(15),
    },
    transfer: Duration::from_hours(7 * 24),
};
/// What a visitor may order.
const ORDER: &str =
    r#"{"email":"you@example.com","itemName":"Laptop","itemCategory":"Electronics"}"#;
/// How long the token is good that whoever starts it is given.
const A_DAY: Duration = Duration::from_hours(24);
/// How long a service may take to stop. None is told to: with the process goes all that it could save.
const GRACE: Duration = Duration::from_secs(5);

/// Opens a shop, and keeps it open until `stop` comes true or one of its services fails.
pub async fn run(
    config: &Config,
    ports: Ports,
    stop: impl Future<Output = ()> + Send,
) -> anyhow::Result<()> {
    let ground = ground(config)?;
    let services = services(config, &ground, &ports)?;
    let open = async move {
        goods::put_on_shelves(&ports, &ground.key).await?;
        welcome(&ports, &ground.key);
        pending().await
    };
    let closed = services.into_iter().map(runs).chain([open.boxed()]);
    tokio::select! {
        biased;
        () = stop => Ok(()),
        (ended, ..) = select_all(closed) => ended.context("the shop closes"),
    }
}

fn runs(process: Process) -> BoxFuture<'static, anyhow::Result<()>> {
    process.until(pending()).boxed()
}

fn ground(config: &Config) -> anyhow::Result<Ground> {
    let password = config.staff_password.clone().map_or_else(|| secret_text().parse(), Ok)?;
    let staff = FirstStaff { email: EmailAddress::parse("staff@shop.internal")?, password };
    let secrets =
        Secrets { webhook: secret_text().parse()?, inside: secret_text().parse()?, staff };
    let clock: SharedClock = Arc::new(SystemClock);
    Ok(Ground::new(clock, secrets, PATIENCE, config.mail_stakeholders.clone()))
}

/// Of two random ids, which is more than anybody guesses, and known to nobody beyond this process.
fn secret_text() -> String {
    BASE64_STANDARD.encode(format!("{}{}", MessageId::fresh(), MessageId::fresh()))
}

/// All services, each at its port.
fn services(config: &Config, ground: &Ground, ports: &Ports) -> anyhow::Result<Vec<Process>> {
    let gateway = Gateway::at(ports.address(GATEWAY).parse()?, Some(&ground.inside));
    let carrier = shipping::carrier::Simulator::new(config.carrier_pace, ground.clock.clone());
    let outside = Outside {
        provider: Arc::new(|simulator| Arc::new(simulator)),
        carrier: Arc::new(carrier),
        mailer: None,
        products: Arc::new(gateway.clone()),
        orders: Arc::new(gateway),
    };
    let service = |service: Service| {
        let http = http::Config { port: ports.of(service), shutdown_grace: GRACE };
        let process = ground.assemble(service, &http, &outside);
        if service == GATEWAY {
            gateway_of(config, ports, process, ground.inside.clone(), ground.key.verifying_keys())
        } else {
            Ok(process)
        }
    };
    CATALOG.into_iter().map(service).collect()
}

/// Says what is where, and how to order something.
#[expect(clippy::print_stdout, reason = "whoever starts it at a terminal reads this")]
fn welcome(ports: &Ports, key: &SigningKey) {
    let token = goods::staff_token(key, A_DAY);
    let gateway = ports.address(GATEWAY);
    println!("The shop is open. Nothing is kept when it closes (Ctrl-C).\n");
    for service in CATALOG {
        println!("  {:<10} {}  {}", service.name, ports.address(service), service.routes.join(" "));
    }
    println!("\n  the catalogue   curl {gateway}/api/products");
    println!(
        "  an order        curl {gateway}/order -H 'content-type: application/json' -d '{ORDER}'"
    );
    println!("  where it is     curl {gateway}/api/orders/<orderId>");
    println!(
        "\n  what staff see, for a day; put this into a variable first:\n  STAFF='authorization: Bearer {token}'"
    );
    println!("  the stock       curl -H \"$STAFF\" {gateway}/api/inventory/low-stock");
    println!(
        "  your mails      curl -H \"$STAFF\" '{}/api/mails?to=you@example.com'",
        ports.address(EMAIL)
    );
    println!("  what was paid   curl -H \"$STAFF\" {}/simulator/book", ports.address(PAYMENTS));
}
