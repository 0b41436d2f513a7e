use super::*;

impl World {
    fn level(&self, product: &Value, available: u32, revision: u64) {
        let body = json!({"productId": product, "available": available, "revision": revision});
        let raw = Raw {
            exchange: "shop_events".to_owned(),
            key: "inventory.level".to_owned(),
            body: body.to_string(),
            ..Raw::default()
        };
        assert!(self.broker.send(raw));
    }

    async fn comes_to(&self, product: &Value, stock: u32) {
        eventually(async || {
            let found = self.http.get(&path_of(product)).await.body["stock"].clone();
            if found == stock { Ok(()) } else { Err(found) }
        })
        .await;
    }

    async fn has_heard(&self) {
        eventually(async || match self.broker.waiting("products_stock_queue") {
            0 => Ok(()),
            waiting => Err(waiting),
        })
        .await;
    }
}

#[tokio::test]
async fn stock_is_shown_as_it_was_last_told_and_changes_no_product() {
    let world = World::new();
    let created = world.create("Laptop", "Electronics").await;
    let id = &created["productId"];
    world.level(id, 5, 2);
    world.comes_to(&created, 5).await;
    for (available, revision) in [(9, 1), (8, 2), (4, 3), (7, 2)] {
        world.level(id, available, revision);
    }
    world.comes_to(&created, 4).await;
    world.has_heard().await;
    let shown = world.http.get(&path_of(&created)).await.body;
    assert_eq!((&shown["stock"], &shown["revision"]), (&json!(4), &json!(1)));
    assert_eq!(shown["updatedAt"], created["updatedAt"]);
    let listed = world.http.get("/api/products").await.body;
    assert_eq!(listed["data"][0], shown);
    let (_, changed) = world.change(&path_of(&created), &json!({"name": "Notebook"})).await;
    assert_eq!(changed["stock"], 4);
    world.has_said(2).await;
}

#[tokio::test]
async fn stock_of_what_is_not_in_the_catalogue_harms_nobody() {
    let world = World::new();
    let deleted = world.create("Laptop", "Electronics").await;
    assert_eq!(world.delete(&path_of(&deleted), None).await, 204);
    let unknown = json!(contracts::ids::ProductId::fresh());
    for product in [&deleted["productId"], &unknown] {
        for revision in [1, 1, 2] {
            world.level(product, 5, revision);
        }
    }
    let kept = world.create("Phone", "Electronics").await;
    world.level(&kept["productId"], 3, 1);
    world.comes_to(&kept, 3).await;
    world.has_heard().await;
    assert_eq!(world.broker.dead_letters("products_stock_queue").len(), 0);
    assert_eq!(world.names("").await, ["Phone"]);
    assert_eq!(world.http.get(&path_of(&deleted)).await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside() {
    let world = World::new();
    world.level(&json!("17"), 1, 1);
    let dead = eventually(async || {
        let dead = world.broker.dead_letters("products_stock_queue");
        if dead.len() == 1 { Ok(dead) } else { Err(dead) }
    })
    .await;
    assert!(dead[0].reason.starts_with("undecodable"), "{}", dead[0].reason);
}
