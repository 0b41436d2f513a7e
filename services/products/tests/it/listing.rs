use super::*;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

impl World {
    async fn add(&self, name: &str, category: &str, price: (i64, &str), description: &str) {
        let body = json!({
            "name": name, "description": description, "category": category,
            "price": {"amountMinor": price.0, "currency": price.1},
        });
        assert_eq!(self.http.post("/api/products", &body).await.status, 201);
    }

    /// All that a list has, read page by page.
    async fn all(&self, query: &str, limit: usize) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/products?limit={limit}{query}{cursor}");
            let answer = self.http.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let data = answer.body["data"].as_array().unwrap();
            assert!(data.len() <= limit);
            all.extend(data.iter().cloned());
            let page = &answer.body["page"];
            let Some(next) = page["nextCursor"].as_str() else {
                assert_eq!(page["hasMore"], false);
                return all;
            };
            assert_eq!((&page["hasMore"], data.len()), (&json!(true), limit));
            cursor = format!("&cursor={next}");
        }
    }
}

/// A shop with some of everything.
async fn stocked() -> World {
    let world = World::new();
    for (name, category, price, description) in [
        ("Steel Mug", "Kitchen", (1_500, "EUR"), "Holds 0.3 l."),
        ("laptop", "Electronics", (99_900, "USD"), "A quiet one, with a steel case."),
        ("Phone", "Electronics", (49_900, "USD"), "Rings."),
        ("Mug", "Kitchen", (900, "USD"), "Made of clay."),
        ("Apron", "Kitchen", (0, "USD"), "For free: a gift (50% off)."),
    ] {
        world.add(name, category, price, description).await;
    }
    world
}

#[tokio::test]
async fn the_catalogue_is_searched_filtered_and_sorted() {
    let world = stocked().await;
    for (query, names) in [
        ("", &["Steel Mug", "laptop", "Phone", "Mug", "Apron"][..]),
        ("?sort=createdAt", &["Steel Mug", "laptop", "Phone", "Mug", "Apron"]),
        ("?sort=-createdAt", &["Apron", "Mug", "Phone", "laptop", "Steel Mug"]),
        ("?sort=name", &["Apron", "laptop", "Mug", "Phone", "Steel Mug"]),
        ("?sort=-name&category=Kitchen", &["Steel Mug", "Mug", "Apron"]),
        ("?sort=price&currency=USD", &["Apron", "Mug", "Phone", "laptop"]),
        ("?sort=-price&category=Electronics", &["laptop", "Phone"]),
        ("?category=Electronics", &["laptop", "Phone"]),
        ("?category=electronics", &[]),
        ("?name=Mug&category=Kitchen", &["Mug"]),
        ("?name=Mug&category=Electronics", &[]),
        ("?q=steel", &["Steel Mug", "laptop"]),
        ("?q=STE", &["Steel Mug", "laptop"]),
        ("?q=mug+ste", &["Steel Mug"]),
        ("?q=mug%20kitch&sort=name", &["Mug", "Steel Mug"]),
        ("?q=teel", &[]),
        ("?q=m.g", &[]),
        ("?q=50%25&sort=price", &["Apron"]),
        ("?q=%20", &["Steel Mug", "laptop", "Phone", "Mug", "Apron"]),
        ("?q=steel&category=Electronics&currency=USD&maxPrice=100000", &["laptop"]),
        ("?currency=EUR", &["Steel Mug"]),
        ("?currency=USD&minPrice=900&maxPrice=49900", &["Phone", "Mug"]),
        ("?currency=USD&maxPrice=0", &["Apron"]),
        ("?currency=USD&minPrice=900&sort=name&category=Kitchen", &["Mug"]),
    ] {
        assert_eq!(world.names(query).await, names, "{query}");
    }
}

#[tokio::test]
async fn pages_have_everything_once_whatever_the_order() {
    let world = World::new();
    // Many are alike, so that it matters how the order goes on among equals.
    for place in 0..23_i64 {
        let name = ["Mug", "mug", "Cup"][usize::try_from(place % 3).unwrap()];
        let price = (place % 4 * 100, if place % 5 == 0 { "EUR" } else { "USD" });
        world.add(name, ["Kitchen", "Office"][usize::from(place % 2 == 0)], price, "Round.").await;
    }
    for sort in ["createdAt", "-createdAt", "name", "-name", "price", "-price"] {
        for filter in ["", "&category=Kitchen", "&q=m", "&currency=USD&minPrice=100", "&name=Mug"] {
            let query = format!("&sort={sort}{filter}");
            let whole = world.all(&query, 100).await;
            assert!(!whole.is_empty(), "{query}");
            for limit in [1, 2, 7] {
                assert_eq!(world.all(&query, limit).await, whole, "{query} by {limit}");
            }
            let reversed = sort.strip_prefix('-').map_or_else(|| format!("-{sort}"), str::to_owned);
            let mut reversed = world.all(&format!("&sort={reversed}{filter}"), 100).await;
            reversed.reverse();
            assert_eq!(reversed, whole, "{query} upside down");
        }
    }
    let first = world.http.get("/api/products?limit=5&sort=price").await.body;
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    world.add("Late", "Kitchen", (0, "USD"), "Comes before the second page.").await;
    let second = world.http.get(&format!("/api/products?limit=5&sort=price&cursor={cursor}")).await;
    let link = second.headers["link"].to_str().unwrap();
    let next = second.body["page"]["nextCursor"].as_str().unwrap();
    let wanted = format!("</api/products?limit=5&sort=price&cursor={next}>; rel=\"next\"");
    assert_eq!(link, wanted);
    let ids = |page: &Value| -> Vec<Value> {
        page["data"].as_array().unwrap().iter().map(|it| it["productId"].clone()).collect()
    };
    assert!(ids(&first).iter().all(|it| !ids(&second.body).contains(it)));
}

#[tokio::test]
async fn bad_lists_are_refused() {
    let world = stocked().await;
    let by_name = world.http.get("/api/products?limit=1&sort=name").await.body;
    let by_name = by_name["page"]["nextCursor"].as_str().unwrap();
    let of_price = format!("cursor={by_name}&sort=price");
    let downwards = format!("cursor={by_name}&sort=-name");
    let of_kitchen = format!("cursor={by_name}&sort=name&category=Kitchen");
    for query in [
        "limit=many",
        "limit=-1",
        "limit=0",
        "limit=101",
        "cursor=17",
        "cursor=",
        "sort=colour",
        "sort=",
        "colour=red",
        "currency=XXY",
        "minPrice=1.5&currency=USD",
        "name=",
        "category=%00",
        "q=%ff",
        "q=%00",
        "q=a%c3",
        &of_price,
        &downwards,
        &of_kitchen,
    ] {
        let answer = world.http.get(&format!("/api/products?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        let is_cursor = query.contains("cursor=");
        assert_eq!(answer.body["code"] == "bad-cursor", is_cursor, "{}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"] == "#/cursor", is_cursor);
    }
    let long = format!("q={}", "x".repeat(201));
    for (query, pointer) in [
        ("minPrice=1", "#/currency"),
        ("maxPrice=1", "#/currency"),
        ("minPrice=-1&currency=USD", "#/minPrice"),
        ("maxPrice=9000000000000&currency=USD", "#/maxPrice"),
        ("minPrice=2&maxPrice=1&currency=USD", "#/maxPrice"),
        (&long, "#/q"),
        ("q=%21%3f", "#/q"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "#/q"),
    ] {
        let answer = world.http.get(&format!("/api/products?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{query}");
    }
}

/// Whatever is searched for: it is answered, and all that is found has it.
#[test]
fn any_search_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(stocked());
    let mut runner = TestRunner::new(Config::with_cases(200));
    let run = runner.run(&".{0,40}", |text| {
        let escaped: Vec<_> = text.bytes().map(|it| format!("%{it:02x}")).collect();
        let query = escaped.concat();
        let answer = runtime.block_on(world.http.get(&format!("/api/products?q={query}")));
        prop_assert!(
            [200, 400, 422].contains(&answer.status.as_u16()),
            "{text:?}: {}",
            answer.status
        );
        for found in answer.body["data"].as_array().into_iter().flatten() {
            let texts = ["name", "category", "description"].map(|it| found[it].as_str().unwrap());
            let all = products::domain::words(&texts, 100);
            let sought = products::domain::words(&[&text], 100);
            let has = |it: &String| all.iter().any(|word| word.starts_with(it.as_str()));
            prop_assert!(sought.iter().all(has), "{text:?}");
        }
        Ok(())
    });
    run.unwrap();
}
