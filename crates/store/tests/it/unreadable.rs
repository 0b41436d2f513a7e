//! One document that cannot be read or written is nobody else's trouble.

use super::*;
use futures::future::join_all;
use items::{UNREADABLE, UNWRITABLE};
use std::time::Instant;

on_both! {
    what_cannot_be_read_spoils_no_group
    what_cannot_be_written_spoils_no_group
    what_cannot_be_read_is_passed_over_in_lists
}

fn fragile(index: usize, text: &str) -> Fragile {
    Fragile { id: format!("{index:02}"), text: text.to_owned() }
}

/// Enough that there are several for each writer.
const MANY: usize = 40;
/// Which of them is broken.
const BROKEN: usize = 17;

async fn create(world: &World, broken: &str) -> Vec<Result<Created<Fragile>, Error>> {
    let text = |index| if index == BROKEN { broken } else { "fine" };
    let create = |index| world.fragile.create(fragile(index, text(index)), Events::none());
    join_all((0..MANY).map(create)).await
}

async fn what_cannot_be_read_spoils_no_group(world: World) {
    create(&world, UNREADABLE).await.into_iter().for_each(|it| drop(it.unwrap()));
    let start = Instant::now();
    let update = |index: usize| {
        world.fragile.update(format!("{index:02}"), MessageId::fresh(), |it| {
            "changed".clone_into(&mut it.text);
            Ok::<_, Error>(Events::none())
        })
    };
    let updated = join_all((0..MANY).map(update)).await;
    for (index, updated) in updated.into_iter().enumerate() {
        match updated {
            Ok(it) => assert_eq!(it, fragile(index, "changed")),
            Err(error) => assert!(matches!(error, Error::Corrupt(_)) && index == BROKEN, "{error}"),
        }
    }
    assert!(start.elapsed() < Duration::from_secs(5), "it is told at once, not tried again");
    assert!(matches!(world.fragile.get(&"17".to_owned()).await, Err(Error::Corrupt(_))));
}

async fn what_cannot_be_written_spoils_no_group(world: World) {
    for (index, created) in create(&world, UNWRITABLE).await.into_iter().enumerate() {
        match created {
            Ok(it) => assert_eq!(it, Created::New(fragile(index, "fine"))),
            Err(error) => assert!(matches!(error, Error::Corrupt(_)) && index == BROKEN, "{error}"),
        }
    }
    assert_eq!(world.fragile.look_up(&"17".to_owned()).await.unwrap(), None);
}

async fn what_cannot_be_read_is_passed_over_in_lists(world: World) {
    create(&world, UNREADABLE).await.into_iter().for_each(|it| drop(it.unwrap()));
    assert_eq!(world.fragile.find(&Find::all()).await.unwrap().len(), MANY - 1);
    let page = world.fragile.page(&Find::all().after(Some("14".to_owned())), 3).await.unwrap();
    assert_eq!(page.items.len(), 2, "15 and 16, but not 17");
    let next = Find::all().after_cursor(page.next);
    assert_eq!(world.fragile.find(&next).await.unwrap()[0], fragile(18, "fine"), "and it goes on");
}
