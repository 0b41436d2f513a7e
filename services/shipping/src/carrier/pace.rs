use std::{str::FromStr, time::Duration};

/// The longest that one leg of a parcel's way may take. Nobody waits longer for a pretended parcel.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// How fast parcels move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// They do not move by themselves; staff say what has become of them.
    Off,
    /// They take so long for one leg of their way.
    Leg(Duration),
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if matches!(text, "off" | "0") {
            return Ok(Self::Off);
        }
        match humantime::parse_duration(text) {
            Ok(Duration::ZERO) => Ok(Self::Off),
            Ok(leg) if leg <= LONGEST => Ok(Self::Leg(leg)),
            Ok(_) => {
                Err(format!("must not be longer than {}", humantime::format_duration(LONGEST)))
            }
            Err(error) => Err(format!("must be a time such as 1m, or off: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_time_or_off() {
        for off in ["off", "0", "0s"] {
            assert_eq!(off.parse(), Ok(Pace::Off), "{off}");
        }
        assert_eq!("90s".parse(), Ok(Pace::Leg(Duration::from_secs(90))));
        for wrong in ["", "fast", "-1m", "1", "31days"] {
            assert!(wrong.parse::<Pace>().is_err(), "{wrong}");
        }
    }
}
