use super::*;
use std::{
    io,
    sync::{LazyLock, PoisonError},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

/// All that this process has logged.
static LOG: LazyLock<Log> = LazyLock::new(Log::default);

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Does everything that has to do with passwords and tokens, and looks for them wherever they must not be.
#[tokio::test]
async fn no_secret_is_told() {
    let log = LOG.clone();
    let all = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log);
    all.try_init().unwrap();
    let world = World::new();
    let (old, new) = ("zanzibar-old-secret", "zanzibar-new-secret");
    let mut body = person("ada@example.com");
    body["password"] = json!(old);
    let mut told = vec![world.http.post("/api/customers", &body).await];
    told.push(world.http.post("/api/customers", &body).await);
    let id = told[0].body["customerId"].as_str().unwrap().to_owned();
    let (path, token) = (format!("/api/customers/{id}"), world.token(&id, Role::Customer));
    told.push(world.get(&token, &path).await);
    told.push(world.get(&world.staff(), "/api/customers").await);
    told.push(world.sign_in("ada@example.com", new).await);
    told.push(world.ask(&token, Method::PUT, &path, json!({"password": {"is": old}})).await);
    told.push(world.http.post("/api/customers", &json!({"email": 1, "password": [old]})).await);

    let signed_in = world.sign_in("ada@example.com", old).await;
    let first = refresh_token(&signed_in);
    let second = refresh_token(&world.refresh(&first).await);
    told.push(world.refresh(&first).await);
    told.push(world.refresh(&second).await);
    told.push(world.get(&format!("{token}x"), &path).await);
    let passwords = json!({"currentPassword": old, "newPassword": new});
    let changed = world.ask(&token, Method::PUT, &format!("{path}/password"), passwords).await;
    let third = refresh_token(&changed);
    told.push(world.ask(&token, Method::DELETE, &path, Value::Null).await);
    world.has_said(&["customers.registered", "customers.deleted"]).await;

    let secret_of = |token: &str| token.rsplit('.').next().unwrap().to_owned();
    let access = signed_in.body["accessToken"].as_str().unwrap();
    let tokens = [&first, &second, &third, access, &token].map(secret_of);
    let log = LOG.text();
    assert!(log.contains("a refresh token was used again"), "the log is heard: {log}");
    for secret in tokens.iter().map(String::as_str).chain([old, new, "zanzibar", "argon2"]) {
        assert!(!log.contains(secret), "{secret} is logged");
        for answer in &told {
            assert!(!answer.body.to_string().contains(secret), "{secret} in {}", answer.body);
        }
    }
}
