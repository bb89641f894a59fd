//! English verbs that instructions begin with.

use std::{collections::HashSet, sync::LazyLock};

/// Verbs in their base form, in alphabetical order.
const VERBS: &str = "accept acknowledge act adapt add adjust agree aim align allow announce answer apply appoint approach arrange ask assemble \
    assess assign assume attach attend audit avoid back bake balance begin block boil book borrow break bring build bundle buy \
    calculate call cancel capture care carry catch celebrate change charge chart chat check chill choose circulate clarify classify clean clear \
    close coach collect combine come commit communicate compare compile complete compost configure confirm connect consider consult contact \
    contribute control cook cool coordinate copy correct count cover create cross cut decide declare define delegate delete deliver describe \
    design determine develop dig discard discuss display distribute divide document double download draft drain draw dress drink drop dry \
    earn edit educate empty enable encourage enforce engage enjoy ensure enter escalate establish estimate evaluate examine exclude \
    exercise expect explain explore express facilitate fasten feed fill finalize find finish fix flag flip flour focus fold follow forget \
    format forward freeze gather give go grade grease grind group grow guide hand handle hang harvest hear heat help hire hold identify \
    ignore imagine implement improve include incorporate inform insert inspect install introduce invest invite involve join judge justify keep \
    knead label launch lay lead learn leave lend let lift limit line link list listen load locate lock log look loosen lower maintain \
    make manage map mark match measure meet melt mention merge mind mix monitor motivate move mulch name negotiate note notice notify observe \
    offer open order organize outline own pack paint park pass paste pause pay peel perform pick pilot place plan plant plug point post pour \
    practice pray prefer prepare present press prevent print prioritize produce promote propose protect prove provide prune publish pull \
    punch purchase push put raise rake ramp rate reach read recite recognize recommend record recruit recycle reduce refer refill reflect \
    refresh refrigerate refuse register rehearse reject release rely remember remind remove repair repeat replace reply report request \
    require reschedule research reserve resist resolve respect respond rest restart review reward rinse rise rotate round run sanitize \
    save scale schedule score score scrape scrub seal search secure seek select sell send separate serve set settle shape share sharpen shop \
    show sift sign simplify sit sketch skip slice slide smile soak solicit solve sort sow speak specify spend split spray spread sprinkle stack \
    stagger stand start state stay stick stir stop store stretch strive structure study submit subtract suggest sum summarize supervise \
    support surround sweep switch take talk taste teach tell test thank think throw tidy tie tighten time toast toss touch track train \
    transfer translate transplant treat trim trust try tuck turn type understand unload unpack update upgrade use validate verify visit \
    volunteer wait walk warm warn wash watch water wear weed weigh welcome whisk wipe withdraw work wrap write";

static SET: LazyLock<HashSet<&str>> = LazyLock::new(|| VERBS.split_ascii_whitespace().collect());

/// Whether a word, in lower case, begins instructions.
pub(super) fn is_imperative(lower: &str) -> bool {
    SET.contains(lower)
}

/// The base form of a verb that ends in `-ing`, if it is in the list: `mixing` is `mix`, `baking` is `bake`.
pub(super) fn base(gerund: &str) -> Option<&'static str> {
    let stem = gerund.strip_suffix("ing")?;
    VERBS.split_ascii_whitespace().find(|verb| {
        stem == *verb
            || verb.strip_suffix('e') == Some(stem) && !verb.ends_with("ee")
            || verb.strip_suffix("ie").is_some_and(|root| stem.strip_suffix('y') == Some(root))
            // `running` doubles the last letter of `run`.
            || stem.strip_prefix(*verb).is_some_and(|rest| rest.len() == 1 && verb.ends_with(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gerunds_have_bases() {
        for (gerund, verb) in
            [("baking", "bake"), ("running", "run"), ("mixing", "mix"), ("tying", "tie"), ("setting", "set")]
        {
            assert_eq!(base(gerund), Some(verb));
        }
        assert_eq!(base("morning"), None);
        assert!(is_imperative("weigh") && !is_imperative("weighs"));
    }
}
