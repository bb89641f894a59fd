//! Names of models at Amazon Bedrock.

/// The name of a model with the geography of `region` in front where it begins with `auto.`: a cross-region inference
/// profile. `auto.anthropic.claude-sonnet-4-5-20250929-v1:0` is `eu.anthropic.…` in `eu-central-1`. Every other name
/// stays as it is, also one that has its geography already.
#[must_use]
pub fn profile(region: &str, model: &str) -> String {
    let Some(name) = model.strip_prefix("auto.") else { return model.to_owned() };
    let geography = match region.split('-').next() {
        Some("us") if region.starts_with("us-gov-") => "us-gov",
        Some("us") => "us",
        Some("eu") => "eu",
        Some("ap") => "apac",
        // Other continents have no profiles of their own.
        _ => "global",
    };
    format!("{geography}.{name}")
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn the_geography_comes_from_the_region() {
        for (region, name) in [
            ("us-east-1", "us.amazon.nova-lite-v1:0"),
            ("us-gov-west-1", "us-gov.amazon.nova-lite-v1:0"),
            ("eu-central-1", "eu.amazon.nova-lite-v1:0"),
            ("ap-southeast-2", "apac.amazon.nova-lite-v1:0"),
            ("sa-east-1", "global.amazon.nova-lite-v1:0"),
        ] {
            assert_eq!(profile(region, "auto.amazon.nova-lite-v1:0"), name);
        }
        for model in
            ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:1:x/auto.y"]
        {
            assert_eq!(profile("eu-west-1", model), model);
        }
    }
}
