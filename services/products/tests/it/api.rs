use super::*;

#[tokio::test]
async fn a_product_is_created_read_and_told_of() {
    let world = World::new();
    let mut body = product("Laptop", "Electronics");
    body["images"] = json!(["https://example.com/a.png", "http://[::1]:8080/b.png?x=1"]);
    let answer = world.http.post("/api/products", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let created = answer.body.clone();
    assert_eq!(answer.headers["location"], path_of(&created));
    assert_eq!((&created["revision"], &created["stock"]), (&json!(1), &json!(0)));
    for field in ["name", "description", "category", "price", "images"] {
        assert_eq!(created[field], body[field], "{field}");
    }
    let read = world.http.get(&path_of(&created)).await;
    assert_eq!((&read.headers["etag"], read.body), (&answer.headers["etag"], created));
    world.has_said(1).await;
}

#[tokio::test]
async fn a_product_changes_in_part() {
    let world = World::new();
    let old = world.create("Laptop", "Electronics").await;
    let path = path_of(&old);
    let free = json!({"price": {"amountMinor": 0, "currency": "JPY"}});
    let (status, new) = world.change(&path, &free).await;
    assert_eq!((status, &new["price"], &new["revision"]), (200, &free["price"], &json!(2)));
    for field in ["productId", "name", "description", "category", "images", "createdAt"] {
        assert_eq!(new[field], old[field], "{field}");
    }
    assert_ne!(new["updatedAt"], old["updatedAt"]);
    let (_, same) = world.change(&path, &free).await;
    assert_eq!(same, new, "what is so already does not change");
    let more =
        json!({"name": "Notebook", "description": "", "category": "Computers", "images": []});
    let (status, new) = world.change(&path, &more).await;
    assert_eq!((status, &new["revision"]), (200, &json!(3)));
    assert_eq!(world.names("?q=notebook&category=Computers").await, ["Notebook"]);
    assert_eq!(world.names("?q=laptop").await, [""; 0]);
    // Created, and changed twice.
    world.has_said(3).await;
}

#[tokio::test]
async fn a_deleted_product_is_gone_for_everybody() {
    let world = World::new();
    let (gone, kept) =
        (world.create("Laptop", "Electronics").await, world.create("Phone", "Electronics").await);
    let path = path_of(&gone);
    assert_eq!(world.delete(&path, None).await, 204);
    for query in
        ["", "?category=Electronics", "?q=e", "?sort=-price", "?sort=name", "?currency=USD"]
    {
        assert_eq!(world.names(query).await, ["Phone"], "{query}");
    }
    assert_eq!(world.names("?name=Laptop&category=Electronics").await, [""; 0]);
    assert_eq!(world.http.get(&path).await.status, 404);
    assert_eq!(world.change(&path, &json!({"name": "Back"})).await.0, 404);
    assert_eq!(world.delete(&path, None).await, 404);
    let never = format!("/api/products/{}", contracts::ids::ProductId::fresh());
    let code = |answer: (u16, Value)| (answer.0, answer.1["code"].clone());
    let renamed = json!({"name": "x"});
    assert_eq!(
        code(world.change(&never, &renamed).await),
        code(world.change(&path, &renamed).await)
    );
    assert_eq!(world.http.get(&path_of(&kept)).await.status, 200);
    // Two created, one deleted.
    world.has_said(3).await;
}

#[tokio::test]
async fn whoever_names_a_revision_changes_no_other() {
    let world = World::new();
    let path = path_of(&world.create("Laptop", "Electronics").await);
    let change = async |tag: &str, name: &str| {
        let answer = world.send(Method::PUT, &path, Some(tag), &json!({"name": name})).await;
        (answer.status.as_u16(), answer.headers.get("etag").cloned())
    };
    let first = world.http.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    let (status, second) = change(&first, "a").await;
    assert_eq!((status, second.unwrap().as_bytes().starts_with(b"\"2.")), (200, true));
    assert_eq!(change(&first, "b").await.0, 412);
    assert_eq!(change("2", "b").await.0, 400);
    assert_eq!(change("\"7\", \"2\"", "c").await.0, 200);
    assert_eq!(change("*", "d").await.0, 200);
    assert_eq!(world.delete(&path, Some("\"2\"")).await, 412);
    assert_eq!(world.names("").await, ["d"]);
    assert_eq!(world.delete(&path, Some("\"4\"")).await, 204);
}

#[tokio::test]
async fn bad_products_are_pointed_at_and_store_nothing() {
    let world = World::new();
    let with = |field: &str, value: Value| {
        let mut body = product("Laptop", "Electronics");
        body[field] = value;
        body
    };
    let kept = world.create("Kept", "Electronics").await;
    let path = path_of(&kept);
    let long = format!("https://example.com/{}", "x".repeat(2_048));
    let both = [
        ("name", json!(""), "#/name"),
        ("name", json!("x".repeat(201)), "#/name"),
        ("name", json!("Lap\u{200b}top"), "#/name"),
        ("description", json!("x".repeat(10_001)), "#/description"),
        ("description", json!("a\u{1b}b"), "#/description"),
        ("description", json!("a\u{202e}b"), "#/description"),
        ("name", json!("\u{3164}\u{2800}"), "#/name"),
        ("category", json!(7), "#/category"),
        ("price", json!(999.99), "#/price"),
        ("price", json!({"amountMinor": 1.5, "currency": "USD"}), "#/price/amountMinor"),
        ("price", json!({"amountMinor": -1, "currency": "USD"}), "#/price/amountMinor"),
        ("price", json!({"amountMinor": 1, "currency": "XXY"}), "#/price/currency"),
        ("price", json!({"amountMinor": 1, "currency": null}), "#/price/currency"),
        ("price", json!({"amountMinor": 1, "currency": "XXX"}), "#/price/currency"),
        ("price", json!({"amountMinor": 1, "currency": "XAU"}), "#/price/currency"),
        ("price", json!({"amountMinor": 1, "currency": {"USD": null}}), "#/price/currency"),
        ("price", json!([1, "USD"]), "#/price"),
        ("name", json!(null), "#/name"),
        ("description", json!(null), "#/description"),
        ("category", json!(null), "#/category"),
        ("price", json!(null), "#/price"),
        ("images", json!(null), "#/images"),
        ("stock", json!(null), "#/stock"),
        ("images", json!("https://example.com/a.png"), "#/images"),
        ("images", json!(vec!["https://example.com/a.png"; 11]), "#/images"),
        ("images", json!(["https://example.com/a.png", "ftp://example.com/a"]), "#/images/1"),
        ("images", json!(["javascript:alert(1)"]), "#/images/0"),
        ("images", json!(["/a.png"]), "#/images/0"),
        ("images", json!(["https://ada:secret@example.com/a.png"]), "#/images/0"),
        ("images", json!(["http://x:99999/"]), "#/images/0"),
        ("images", json!(["http://x:/"]), "#/images/0"),
        ("images", json!(["http://x:8o/"]), "#/images/0"),
        ("images", json!([long]), "#/images/0"),
        ("stock", json!(5), "#/stock"),
        ("stok", json!(1), "#/stok"),
    ];
    for (field, value, pointer) in both {
        let body = with(field, value.clone());
        let answer = world.http.post("/api/products", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
        let (status, answer) = world.change(&path, &json!({field: value})).await;
        assert_eq!(status, 422, "{field}: {value}: {answer}");
        assert_eq!(answer["errors"][0]["pointer"], pointer, "{field}: {value}");
    }
    for (body, pointer) in [(json!({}), "#/name"), (json!([["a", "b"]]), "#")] {
        let answer = world.http.post("/api/products", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (422, &json!(pointer))
        );
    }
    let (status, answer) = world.change(&path, &json!({})).await;
    assert_eq!((status, &answer["errors"][0]["pointer"]), (422, &json!("#")));
    for (method, path) in [(Method::POST, "/api/products"), (Method::PUT, path.as_str())] {
        assert_eq!(world.http.send(method, path, &[], "{".to_owned()).await.status, 400);
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = world.send(method, "/api/products/17", None, &json!({"name": "x"})).await;
        assert_eq!(answer.status, 400);
    }
    assert_eq!(world.names("").await, ["Kept"]);
    assert_eq!(world.http.get(&path).await.body, kept);
}
