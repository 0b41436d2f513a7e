//! With real SMTP, to a server that says what the test wants it to.

use super::*;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A server that takes mails, or answers to every receiver with a refusal.
#[derive(Clone, Default)]
struct Server {
    mails: Arc<Mutex<Vec<String>>>,
    refusal: Option<&'static str>,
}

impl Server {
    async fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.clone().serve(listener);
        address
    }

    #[expect(clippy::disallowed_methods, reason = "the test's runtime ends with the test")]
    fn serve(self, listener: TcpListener) {
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let server = self.clone();
                tokio::spawn(async move { server.talk(connection).await });
            }
        });
    }

    async fn talk(&self, connection: TcpStream) -> Option<()> {
        let (reading, mut writing) = connection.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 test\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let answer = match line.get(..4)?.to_uppercase().as_str() {
                "RCPT" => self.refusal.unwrap_or("250 ok"),
                "QUIT" => "221 bye",
                "DATA" => {
                    writing.write_all(b"354 go on\r\n").await.ok()?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|it| it != ".") {
                        mail += &(line + "\n");
                    }
                    self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                    "250 taken"
                }
                _ => "250 ok",
            };
            writing.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        None
    }

    async fn mail(&self) -> String {
        eventually(async || {
            let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
            mails.first().cloned().ok_or("no mail")
        })
        .await
    }
}

fn sending_to(server: SocketAddr) -> World {
    let (host, from) = (server.ip().to_string(), address("shop@example.com"));
    World::sending_by(Arc::new(mailer::Smtp::at(&host, server.port(), from)))
}

#[tokio::test]
async fn a_mail_has_both_forms_and_an_id_of_its_own() {
    let server = Server::default();
    let world = sending_to(server.start().await);
    world.tell(OrderId::fresh(), "received");
    let mail = server.mail().await;
    let id = world.becomes(State::Sent).await.mail_id;
    for line in [
        format!("Message-ID: <{id}@example.com>"),
        "From: shop@example.com".to_owned(),
        "To: ada@example.com".to_owned(),
        "Subject: Order received: Laptop".to_owned(),
        "Auto-Submitted: auto-generated".to_owned(),
        "Content-Type: text/plain; charset=utf-8".to_owned(),
        "Content-Type: text/html; charset=utf-8".to_owned(),
    ] {
        assert!(mail.lines().any(|it| it == line), "no '{line}' in:\n{mail}");
    }
    assert!(mail.contains("multipart/alternative") && mail.contains("\nDate: "), "{mail}");
}

#[tokio::test]
async fn a_receiver_that_does_not_exist_is_given_up() {
    let server = Server { refusal: Some("550 5.1.1 no such mailbox"), ..Server::default() };
    let world = sending_to(server.start().await);
    world.tell(OrderId::fresh(), "received");
    let failed = world.becomes(State::Failed).await;
    assert!(failed.reason.unwrap().contains("no such mailbox"));
}

#[tokio::test]
async fn a_server_that_is_busy_or_wants_something_else_is_tried_again() {
    for refusal in ["451 4.7.1 come back later", "530 5.7.0 log in first"] {
        let server = Server { refusal: Some(refusal), ..Server::default() };
        let world = sending_to(server.start().await);
        world.tell(OrderId::fresh(), "received");
        let waiting = eventually(async || match world.mails().await.as_slice() {
            [mail] if mail.reason.is_some() => Ok(mail.clone()),
            other => Err(other.to_vec()),
        })
        .await;
        assert_eq!(waiting.state, State::Queued, "{refusal}");
    }
}

#[tokio::test]
async fn a_server_that_comes_later_gets_the_mail() {
    let place = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = place.local_addr().unwrap();
    drop(place);
    let world = sending_to(address);
    world.tell(OrderId::fresh(), "received");
    eventually(async || match world.mails().await.as_slice() {
        [mail] if mail.reason.is_some() => Ok(()),
        other => Err(other.to_vec()),
    })
    .await;
    let server = Server::default();
    server.clone().serve(TcpListener::bind(address).await.unwrap());
    server.mail().await;
    world.becomes(State::Sent).await;
}
