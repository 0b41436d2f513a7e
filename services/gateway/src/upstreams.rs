//! Where the services are that requests are handed to: one argument, and one variable, for each service
//! of the catalog that has routes.

use crate::route::Origin;
use chassis::env;
use clap::{Arg, ArgMatches, Command, builder::ValueParser, error::ErrorKind};
use contracts::catalog::{CATALOG, Service};
use std::sync::LazyLock;

/// The services behind the gateway, and where they are.
#[derive(Clone, Debug)]
pub struct Upstreams(Vec<(Service, Origin)>);

/// How it is said where a service is.
struct Place {
    service: Service,
    argument: String,
    variable: String,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let routed = CATALOG.into_iter().filter(|it| !it.routes.is_empty());
    routed
        .map(|service| Place {
            service,
            argument: format!("{}-service-url", service.name),
            variable: env::service_url(service.name),
        })
        .collect()
});

impl Upstreams {
    /// Each service and where it is.
    pub fn iter(&self) -> impl Iterator<Item = (Service, Origin)> {
        self.0.iter().cloned()
    }
}

impl Place {
    fn argument(&'static self) -> Arg {
        Arg::new(self.argument.as_str())
            .long(self.argument.as_str())
            .env(self.variable.as_str())
            .value_name(self.variable.as_str())
            .help(format!("Where the service {} is", self.service.name))
            .value_parser(ValueParser::new(str::parse::<Origin>))
            .required(true)
    }
}

impl clap::Args for Upstreams {
    fn augment_args(command: Command) -> Command {
        command.args(PLACES.iter().map(Place::argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.args(PLACES.iter().map(|it| it.argument().required(false)))
    }
}

impl clap::FromArgMatches for Upstreams {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = |it: &Place| {
            let text = format!("{} is not told", it.variable);
            clap::Error::raw(ErrorKind::MissingRequiredArgument, text)
        };
        let found = |it: &Place| {
            let origin = matches.get_one(&it.argument).cloned().ok_or_else(|| missing(it))?;
            Ok((it.service, origin))
        };
        PLACES.iter().map(found).collect::<Result<_, _>>().map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for (service, origin) in &mut self.0 {
            let place = PLACES.iter().find(|it| it.service == *service);
            let told = place.and_then(|it| matches.get_one(&it.argument));
            *origin = told.unwrap_or(origin).clone();
        }
        Ok(())
    }
}
