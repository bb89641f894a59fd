//! Whether a lesson has phrases that say nothing, placeholders or refusals in it.

use memchr::memmem::find;

use super::{
    Read, Verdict, number, quote,
    text::Kind,
    words::{self, Language},
};

/// A phrase is looked for in lower case, with plain apostrophes and single spaces, as whole words.
const ENGLISH: &[&str] = &[
    "a testament to",
    "a wide range of benefits",
    "at the end of the day",
    "at the heart of",
    "buckle up",
    "by leveraging",
    "cutting-edge",
    "deep dive",
    "delve",
    "delves",
    "delving",
    "dive deep into",
    "dive into the world",
    "embark on",
    "ever-changing landscape",
    "ever-evolving",
    "fast-paced world",
    "first and foremost",
    "game changer",
    "game-changer",
    "game-changing",
    "harness the power",
    "has never been more important",
    "holistic approach",
    "i hope this helps",
    "in a nutshell",
    "in conclusion",
    "in the digital age",
    "in the realm of",
    "in the world of",
    "in today's digital",
    "in today's fast-paced",
    "in today's world",
    "it goes without saying",
    "it is important to note",
    "it is worth noting",
    "it's important to note",
    "it's important to remember that",
    "it's no secret that",
    "it's worth noting",
    "last but not least",
    "let's dive in",
    "let's explore",
    "look no further",
    "navigate the complexities",
    "needless to say",
    "now more than ever",
    "plays a crucial role",
    "plays a vital role",
    "rich tapestry",
    "seamless experience",
    "seamlessly integrate",
    "since the dawn of",
    "supercharge your",
    "take it to the next level",
    "take your skills to the next level",
    "the possibilities are endless",
    "the power of positive",
    "treasure trove",
    "uncover the secrets",
    "unleash the power",
    "unleash your",
    "unlock the potential",
    "unlock the power",
    "unlock the secrets",
    "unlock your",
    "unlocking the power",
    "welcome to the world of",
    "when it comes to",
    "without further ado",
];
const GERMAN: &[&str] = &[
    "am ende des tages",
    "auf das nächste level",
    "bahnbrechend",
    "das volle potenzial",
    "der schlüssel zum erfolg",
    "entfesseln sie",
    "es ist wichtig zu beachten",
    "es sei darauf hingewiesen",
    "ganzheitlicher ansatz",
    "gamechanger",
    "game-changer",
    "im digitalen zeitalter",
    "in der heutigen schnelllebigen",
    "in der heutigen zeit",
    "in der welt der",
    "ist es wichtiger denn je",
    "lassen sie uns eintauchen",
    "nicht zuletzt",
    "spielt eine entscheidende rolle",
    "tauchen wir ein",
    "wichtiger denn je",
    "wie wir alle wissen",
    "zusammenfassend lässt sich sagen",
];
const FRENCH: &[&str] = &[
    "à l'ère du numérique",
    "dans le monde d'aujourd'hui",
    "dans un monde en constante évolution",
    "en conclusion",
    "il convient de noter",
    "il est important de noter",
    "il va sans dire",
    "joue un rôle crucial",
    "libérez le potentiel",
    "plongeons dans",
    "révolutionner votre",
];
const SPANISH: &[&str] = &[
    "a la vanguardia",
    "cabe destacar que",
    "desbloquea el",
    "desempeña un papel crucial",
    "en conclusión",
    "en el mundo actual",
    "en el mundo de hoy",
    "en la era digital",
    "es importante destacar",
    "es importante tener en cuenta",
    "sin más preámbulos",
    "sumérgete en",
];
const ITALIAN: &[&str] = &[
    "all'avanguardia",
    "è importante notare",
    "gioca un ruolo cruciale",
    "immergiamoci",
    "in conclusione",
    "nel mondo di oggi",
    "nell'era digitale",
    "svolge un ruolo fondamentale",
    "va da sé che",
    "vale la pena notare",
];
const PORTUGUESE: &[&str] = &[
    "desempenha um papel crucial",
    "é importante notar",
    "é importante ressaltar",
    "em conclusão",
    "mergulhe no",
    "na era digital",
    "no mundo de hoje",
    "no mundo atual",
    "sem mais delongas",
    "vale ressaltar",
];
const DUTCH: &[&str] = &[
    "al met al",
    "duik in de wereld",
    "het is belangrijk om op te merken",
    "in de wereld van",
    "in de wereld van vandaag",
    "in het digitale tijdperk",
    "in conclusie",
    "naar een hoger niveau tillen",
    "ontgrendel de kracht",
    "speelt een cruciale rol",
];

/// What a model says about itself or what was left to be filled in; in every language.
const REFUSALS: &[&str] = &[
    "as a language model",
    "as a large language model",
    "as an ai assistant",
    "as an ai language model",
    "as an ai model",
    "as an ai, i",
    "i am an ai",
    "i'm an ai",
    "i can't assist with",
    "i cannot assist with",
    "i can't help with that",
    "i cannot fulfill",
    "i can't fulfill",
    "i'm sorry, but i can",
    "i'm unable to provide",
    "i am unable to provide",
    "i do not have access to real-time",
    "my knowledge cutoff",
    "als ki-sprachmodell",
    "als ki-modell",
    "als sprachmodell",
    "es tut mir leid, aber ich kann",
    "en tant que modèle de langage",
    "en tant qu'ia",
    "como modelo de lenguaje",
    "como modelo de linguagem",
    "come modello linguistico",
    "als ai-taalmodel",
    "lorem ipsum",
    "dolor sit amet",
    "placeholder text",
    "text goes here",
    "content goes here",
    "your text here",
];
/// How brackets begin that are to be filled in.
const BRACKETS: &[&str] = &[
    "[insert",
    "[placeholder",
    "[todo",
    "[tbd",
    "[fill in",
    "[add ",
    "[your text",
    "[example here",
    "[citation needed",
    "[einfügen",
    "[platzhalter",
    "[hier ",
    "[insérer",
    "[insertar",
    "[inserire",
    "[inserir",
    "[invoegen",
    "<insert",
    "{{",
];
/// Marks of unfinished text, only in capitals.
const MARKS: &[&str] = &["TODO", "TBD", "FIXME", "TKTK", "XXX"];

/// 100, less 12 for each empty phrase; 0 with a placeholder or refusal. Phrases right behind a quotation mark are spoken of, not
/// used; code may have placeholders.
pub(super) fn judge(read: &Read<'_>, language: &Language) -> Verdict {
    let phrases = match language.code.as_str() {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "it" => ITALIAN,
        "pt" => PORTUGUESE,
        "nl" => DUTCH,
        _ => &[],
    };
    let texts: Vec<_> = texts(read)
        .map(|(place, text)| {
            let text = words::squeezed(&text);
            let lower = words::lower(&text);
            (place, text, lower)
        })
        .collect();
    // Most phrases are nowhere: one look at everything is faster than many at little.
    let everything = texts.iter().map(|(.., lower)| lower.as_str()).collect::<Vec<_>>().join("\n");
    let somewhere = |list: &'static [&'static str]| -> Vec<&'static str> {
        list.iter()
            .copied()
            .filter(|phrase| find(everything.as_bytes(), phrase.as_bytes()).is_some())
            .collect()
    };
    let (phrases, refusals, brackets) = (somewhere(phrases), somewhere(REFUSALS), somewhere(BRACKETS));
    let (mut findings, mut fatal) = (Vec::new(), Vec::new());
    let mut count = 0;
    for (place, text, lower) in &texts {
        for phrase in &refusals {
            if stands_in(lower, phrase).is_some() {
                fatal
                    .push(format!("“{phrase}” {place} is not the lesson's own text. Draft this part again."));
            }
        }
        for bracket in &brackets {
            if let Some(at) = lower.find(bracket) {
                let end = lower[at..].find([']', '>', '}']).map_or(lower.len(), |end| at + end + 1);
                fatal
                    .push(format!("“{}” {place} was left to be filled in. Fill it.", quote(&lower[at..end])));
            }
        }
        for mark in MARKS {
            if stands_in(text, mark).is_some() {
                fatal.push(format!("“{mark}” {place} marks something unfinished. Finish it."));
            }
        }
        for phrase in &phrases {
            if stands_in(lower, phrase).is_some() {
                count += 1;
                findings.push(format!("“{phrase}” {place} says nothing. Cut it or say what is meant."));
            }
        }
    }
    let measured = match count + fatal.len() {
        0 => "none".to_owned(),
        1 => "1 phrase".to_owned(),
        many => format!("{many} phrases"),
    };
    let score = if fatal.is_empty() { 100.0 - 12.0 * number(count) } else { 0.0 };
    let held = !fatal.is_empty();
    fatal.append(&mut findings);
    Verdict { fatal: held, ..Verdict::new(score, fatal, measured) }
}

/// Where a phrase stands as whole words, and not right behind an opening quotation mark.
pub(super) fn stands_in(text: &str, phrase: &str) -> Option<usize> {
    let begins_with_word = phrase.starts_with(char::is_alphanumeric);
    let ends_with_word = phrase.ends_with(char::is_alphanumeric);
    text.match_indices(phrase).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        let cut = begins_with_word && before.is_some_and(char::is_alphanumeric)
            || ends_with_word && after.is_some_and(char::is_alphanumeric);
        let quoted = before.is_some_and(|c| matches!(c, '"' | '“' | '„' | '«' | '‘' | '\''));
        !cut && !quoted
    })
}

/// Every text of a lesson, and where it stands.
fn texts<'a>(read: &'a Read<'_>) -> impl Iterator<Item = (String, std::borrow::Cow<'a, str>)> {
    use std::borrow::Cow;
    let lesson = read.lesson;
    let mut texts = vec![
        ("in the title".to_owned(), Cow::Borrowed(lesson.title.as_str())),
        ("in the summary".to_owned(), Cow::Borrowed(lesson.summary.as_str())),
        ("in the script".to_owned(), Cow::Borrowed(lesson.script.as_str())),
    ];
    for section in read.text.all() {
        texts.push((
            format!("in the heading of a section {}", section.place()),
            Cow::Borrowed(section.title.as_str()),
        ));
        for block in section.blocks.iter().filter(|block| block.kind != Kind::Code) {
            texts.push((section.place(), Cow::Borrowed(block.prose.as_str())));
        }
    }
    let numbered = |what: &str, all: &'a [String]| -> Vec<(String, Cow<'a, str>)> {
        all.iter()
            .enumerate()
            .map(|(at, text)| (format!("in {what} {}", at + 1), Cow::Borrowed(text.as_str())))
            .collect()
    };
    texts.extend(numbered("action item", &lesson.action_items));
    texts.extend(numbered("takeaway", &lesson.key_takeaways));
    for (at, question) in lesson.questions.iter().enumerate() {
        let mut all = format!("{}\n{}", question.text(), question.explanation());
        if let crate::Question::Single { options, .. } = question {
            options.iter().for_each(|option| {
                all.push('\n');
                all.push_str(option);
            });
        }
        texts.push((format!("in question {}", at + 1), Cow::Owned(all)));
    }
    texts.into_iter().filter(|(_, text)| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_that_are_used() {
        assert_eq!(stands_in("we delve into it", "delve"), Some(3));
        assert_eq!(stands_in("we delved into it", "delve"), None);
        assert_eq!(stands_in("never write “delve” here", "delve"), None);
        assert_eq!(stands_in("“delve” means to delve", "delve"), Some("“delve” means to ".len()));
        assert_eq!(stands_in("z. b. so", "z. b."), Some(0));
    }

    #[test]
    fn every_list_can_be_found() {
        for list in [ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH, REFUSALS, BRACKETS] {
            for phrase in list {
                assert_eq!(*phrase, phrase.to_lowercase().replace('’', "'"), "{phrase}");
            }
        }
        assert!(ENGLISH.len() >= 40);
    }
}
