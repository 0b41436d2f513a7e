use super::*;

#[tokio::test]
async fn a_customer_registers_reads_changes_and_leaves() {
    let world = World::new();
    let mut body = person("Ada@Example.COM");
    body["phone"] = json!("+49 30 123456");
    let registered = world.http.post("/api/customers", &body).await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    let path = registered.headers["location"].to_str().unwrap().to_owned();
    let token = world.token(path.rsplit('/').next().unwrap(), Role::Customer);
    let shown = world.get(&token, &path).await;
    assert_eq!((shown.status.as_u16(), &shown.body), (200, &registered.body));
    assert_eq!(shown.headers["etag"], "\"1\"");
    assert_eq!(shown.body["email"], "ada@example.com");
    assert_eq!(world.get(&token, "/api/customers/me").await.body, shown.body);

    let change = json!({"lastName": "King", "phone": null});
    let changed = world.ask(&token, Method::PUT, &path, change.clone()).await;
    assert_eq!(changed.headers["etag"], "\"2\"");
    assert_eq!(changed.body["lastName"], "King");
    assert_eq!((changed.body.get("phone"), &changed.body["firstName"]), (None, &json!("Ada")));
    let again = world.ask(&token, Method::PUT, &path, change).await;
    assert_eq!(again.body, changed.body);

    let left = world.ask(&token, Method::DELETE, &path, Value::Null).await;
    assert_eq!(left.status, 204);
    for caller in [&token, &world.staff()] {
        assert_eq!(world.get(caller, &path).await.status, 404);
        let again = world.ask(caller, Method::DELETE, &path, Value::Null).await;
        assert_eq!(
            (again.status.as_u16(), &again.body["code"]),
            (404, &"customer-not-found".into())
        );
    }
    assert_eq!(world.get(&token, "/api/customers/me").await.status, 404);
    world.registered("ada@example.com").await;
    let said =
        ["registered", "updated", "deleted", "registered"].map(|it| format!("customers.{it}"));
    world.has_said(&said.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn an_email_belongs_to_one() {
    let world = World::new();
    world.registered("ada@example.com").await;
    let taken = world.http.post("/api/customers", &person("ADA@example.com")).await;
    assert_eq!((taken.status.as_u16(), &taken.body["code"]), (409, &"email-taken".into()));
    let Account { token, path } = world.registered("grace@example.com").await;
    let change = json!({"email": "Ada@example.com"});
    let taken = world.ask(&token, Method::PUT, &path, change).await;
    assert_eq!((taken.status.as_u16(), &taken.body["code"]), (409, &"email-taken".into()));
    assert_eq!(world.get(&token, &path).await.body["email"], "grace@example.com");
    let moved = world.ask(&token, Method::PUT, &path, json!({"email": "g@example.com"})).await;
    assert_eq!(moved.status, 200);
    world.registered("grace@example.com").await;
    assert_eq!(world.sign_in("g@example.com", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_change_may_ask_that_nobody_was_faster() {
    let world = World::new();
    let Account { token, path } = world.registered("ada@example.com").await;
    let bearer = format!("Bearer {token}");
    let send = async |method, tag: &str, body: Value| {
        let headers = [("authorization", bearer.as_str()), ("if-match", tag)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        world.http.send(method, &path, &headers, body).await
    };
    let name = |it: &str| json!({"firstName": it});
    assert_eq!(send(Method::PUT, "\"1\"", name("Augusta")).await.status, 200);
    let stale = send(Method::PUT, "\"1\"", name("Annabella")).await;
    assert_eq!((stale.status.as_u16(), &stale.body["code"]), (412, &"stale-revision".into()));
    assert_eq!(send(Method::DELETE, "\"1\"", Value::Null).await.status, 412);
    assert_eq!(send(Method::DELETE, "1", Value::Null).await.status, 400);
    let shown = world.get(&token, &path).await.body;
    assert_eq!((&shown["firstName"], &shown["revision"]), (&"Augusta".into(), &2.into()));
    assert_eq!(send(Method::DELETE, "\"2\"", Value::Null).await.status, 204);
}

#[tokio::test]
async fn staff_lists_customers_in_pages_and_finds_them_by_email() {
    let world = World::new();
    for email in ["c@example.com", "a@example.com", "b@example.com"] {
        world.registered(email).await;
    }
    let Account { token, path } = world.registered("gone@example.com").await;
    world.ask(&token, Method::DELETE, &path, Value::Null).await;
    let list = async |query: &str| {
        let answer = world.get(&world.staff(), &format!("/api/customers{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let data = answer.body["data"].as_array().unwrap().clone();
        let emails: Vec<_> =
            data.iter().map(|it| it["email"].as_str().unwrap().to_owned()).collect();
        (emails.join(" "), answer.body["page"].clone())
    };
    let all = "c@example.com a@example.com b@example.com";
    assert_eq!(list("").await, (all.to_owned(), json!({"hasMore": false})));
    let (first, page) = list("?limit=2").await;
    assert_eq!((first.as_str(), &page["hasMore"]), ("c@example.com a@example.com", &true.into()));
    let next = format!("?limit=2&cursor={}", page["nextCursor"].as_str().unwrap());
    assert_eq!(list(&next).await.0, "b@example.com");
    let foreign = format!("/api/customers{next}&email=a@example.com");
    let foreign = world.get(&world.staff(), &foreign).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
    assert_eq!(list("?email=A@Example.com").await.0, "a@example.com");
    assert_eq!(list("?email=gone@example.com").await.0, "");
    for bad in ["?limit=many", "?limit=0", "?limit=101", "?cursor=x", "?email=ada", "?name=Ada"] {
        let answer = world.get(&world.staff(), &format!("/api/customers{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.body);
    }
}

#[tokio::test]
async fn bad_registrations_are_pointed_at_and_store_nothing() {
    let world = World::new();
    let with = |field: &str, value: Value| {
        let mut body = person("ada@example.com");
        body[field] = value;
        body
    };
    let home = json!({"street": "A 1", "city": "B", "zipCode": "1", "country": "C"});
    let mut nowhere = home.clone();
    nowhere["city"] = json!(" ");
    let mut first = home.clone();
    first["isDefault"] = json!(true);
    for (body, pointer) in [
        (json!({}), "#/email"),
        (json!([]), "#"),
        (with("email", json!("ada")), "#/email"),
        (with("email", json!(null)), "#/email"),
        (with("email", json!(format!("{}@example.com", "a".repeat(65)))), "#/email"),
        (with("password", json!("short")), "#/password"),
        (with("password", json!("x".repeat(129))), "#/password"),
        (with("password", json!("Password1")), "#/password"),
        (with("password", json!("ADA@example.com")), "#/password"),
        (with("password", json!(12_345_678)), "#/password"),
        (with("password", json!(null)), "#/password"),
        (with("firstName", json!("")), "#/firstName"),
        (with("lastName", json!("x".repeat(201))), "#/lastName"),
        (with("lastName", json!("a\u{202e}b")), "#/lastName"),
        (with("phone", json!("call me")), "#/phone"),
        (with("role", json!("staff")), "#/role"),
        (with("customerId", json!(CustomerId::fresh())), "#/customerId"),
        (with("addresses", json!({})), "#/addresses"),
        (with("addresses", json!([home.clone(), nowhere])), "#/addresses/1/city"),
        (with("addresses", json!([{"street": "A 1"}])), "#/addresses/0/city"),
        (with("addresses", json!([first.clone(), first])), "#/addresses"),
        (with("addresses", json!(vec![home; 21])), "#/addresses"),
    ] {
        let answer = world.http.post("/api/customers", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
        assert!(!answer.body.to_string().contains("12345678"), "{}", answer.body);
    }
    let list = world.get(&world.staff(), "/api/customers").await.body;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn bad_changes_are_pointed_at_and_change_nothing() {
    let world = World::new();
    let Account { token, path } = world.registered("ada@example.com").await;
    for (body, pointer) in [
        (json!({}), "#"),
        (json!({"email": "ada"}), "#/email"),
        (json!({"email": null}), "#/email"),
        (json!({"firstName": null}), "#/firstName"),
        (json!({"firstName": " "}), "#/firstName"),
        (json!({"lastName": 7}), "#/lastName"),
        (json!({"phone": "1"}), "#/phone"),
        (json!({"password": "another password"}), "#/password"),
        (json!({"revision": 9}), "#/revision"),
    ] {
        let answer = world.ask(&token, Method::PUT, &path, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let answer = world.http.send(Method::PUT, &path, &headers, "{".to_owned()).await;
    assert_eq!(answer.status, 400);
    let answer = world.http.send(Method::PUT, &path, &headers, " ".repeat(300_000)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (413, &413.into()));
    assert_eq!(world.get(&token, &path).await.body["revision"], 1);
    assert_eq!(world.get(&token, "/api/customers/17").await.status, 400);
    world.has_said(&["customers.registered"]).await;
}
