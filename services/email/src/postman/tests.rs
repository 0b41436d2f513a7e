use super::*;
use crate::{
    NAME,
    domain::{Draft, Kind, Letter},
    mailer::Memory,
};
use chassis::{
    clock::{HeldClock, SharedClock, SystemClock},
    process::Process,
};
use contracts::text::{EmailAddress, Name};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use testkit::Running;

/// A server that takes its time.
struct Slow(Memory);

#[async_trait::async_trait]
impl Mailer for Slow {
    async fn send(&self, mail: &Mail) -> Outcome {
        sleep(Duration::from_millis(50)).await;
        self.0.send(mail).await
    }

    async fn close(&self) {}
}

fn letter() -> Letter {
    let (text, html) = (String::new(), String::new());
    Letter { subject: Name::parse("Hello").unwrap(), text, html }
}

/// A mail that waits.
async fn written(mails: &Mails) -> MailId {
    let (id, to) = (MailId::fresh(), EmailAddress::parse("ada@example.com").unwrap());
    let draft = Draft { mail_id: id, to, kind: Kind::Stock, order_id: None, letter: letter() };
    mails.write(draft).await.unwrap();
    id
}

fn mails_by(clock: SharedClock) -> (Mails, Running) {
    let mut store = Store::memory();
    let (mails, _fresh) = Mails::new(&mut store, clock, Vec::new(), true);
    let process = store.attach(Process::new(NAME, &testkit::any_port()));
    (mails, Running::start(process))
}

#[tokio::test]
async fn however_many_postmen_there_are_a_mail_is_sent_once() {
    let (mails, _running) = mails_by(Arc::new(SystemClock));
    let server = Arc::new(Slow(Memory::default()));
    let postman = Postman::new(mails.clone(), server.clone());
    let id = written(&mails).await;
    join_all((0..20).map(|_| postman.deliver(id))).await;
    assert_eq!(server.0.sent().len(), 1);
}

#[tokio::test]
async fn it_is_measured_how_long_the_oldest_mail_waits() {
    let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
    let (mails, _running) = mails_by(clock.clone());
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(written(&mails).await);
        clock.advance(SignedDuration::from_secs(10));
    }
    let oldest = async || {
        mails.measure().await.unwrap();
        metrics::OLDEST.get()
    };
    assert_eq!(oldest().await, 500);
    mails.conclude(ids[0], Outcome::Sent).await.unwrap();
    assert_eq!(oldest().await, 490);
    join_all(ids.iter().map(|it| mails.conclude(*it, Outcome::Sent))).await;
    assert_eq!(oldest().await, 0);
}
