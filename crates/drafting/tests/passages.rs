//! Passages, whatever the document is.

use momentum_drafting::{
    document::{Block, BlockKind, Document, Format, read},
    passage::{PassageIndex, assign, split},
    sentence::sentences,
};
use proptest::{collection::vec, prelude::*};

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric))
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        (1..5_u8).prop_map(BlockKind::Heading),
        Just(BlockKind::ListItem),
        Just(BlockKind::Code),
        Just(BlockKind::Paragraph),
        Just(BlockKind::Paragraph),
    ];
    let sentence = vec("[a-z]{1,8}|[0-9]{1,3}", 1..30).prop_map(|words| format!("{}.", words.join(" ")));
    (kind, vec(sentence, 1..30)).prop_map(|(kind, sentences)| {
        let count = if matches!(kind, BlockKind::Heading(_)) { 1 } else { sentences.len() };
        Block { kind, text: sentences[..count].join(" "), page: None }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_word_is_lost_and_their_order_is_kept(blocks in vec(block(), 0..25)) {
        let document = Document { title: None, pages: None, blocks };
        let passages = split(2, 7, &document);
        let mut found = passages.iter().flat_map(|passage| words(&passage.text));
        for block in document.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Heading(_))) {
            for word in words(&block.text) {
                prop_assert!(found.any(|found| found == word), "{word} of {}", block.text);
            }
        }
        for (number, passage) in (7..).zip(&passages) {
            prop_assert_eq!((passage.number, passage.reference), (number, 2));
            // A heading that is crossed counts, too.
            prop_assert!(words(&passage.text).count() <= 350);
        }
    }

    #[test]
    fn sentences_hold_the_text(text in "\\PC{0,200}") {
        let whole: String = text.split_whitespace().collect();
        let parts: String = sentences(&text).concat().split_whitespace().collect();
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn all_passages_are_assigned_if_there_is_room(
        texts in vec("(water|soil|worm|timer|the)( (water|soil|worm|timer|the)){0,9}", 1..40),
        lessons in vec("(water|soil|worm|timer)", 1..8),
        references in 1..4_usize,
    ) {
        let mut passages = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let blocks = vec![Block { kind: BlockKind::Paragraph, text: text.clone(), page: None }];
            let number = u32::try_from(at).unwrap() + 1;
            passages.extend(split(at * references / texts.len(), number, &Document { title: None, pages: None, blocks }));
        }
        let per_lesson = passages.len().div_ceil(lessons.len());
        let assigned = assign(&lessons, &passages, "en", per_lesson);
        prop_assert_eq!(assigned.len(), lessons.len());
        prop_assert!(assigned.iter().all(|own| !own.is_empty() && own.len() <= per_lesson && own.is_sorted()));
        let mut all = assigned.concat();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all, (0..passages.len()).collect::<Vec<_>>());
    }
}

#[test]
fn a_document_is_cut_where_it_should_be() {
    let garden = std::fs::read(format!("{}/tests/files/garden.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let passages = split(0, 1, &read(Format::Markdown, &garden).unwrap());
    let headings: Vec<_> = passages.iter().map(|passage| passage.heading.as_str()).collect();
    let expected = [
        "Watering by the Clock › Why a timer beats good intentions",
        "Watering by the Clock › Choosing a schedule",
        "Feeding the Soil › What compost is made of",
        "Feeding the Soil › When it is finished",
    ];
    assert_eq!(headings, expected);
    assert!(
        passages[1].text.contains("\n\n- Sandy soil: water every second day for twenty minutes.\n- Loam")
    );
    let best = PassageIndex::new(&passages, "en").best("what is compost made of?", 1);
    assert_eq!(best[0].0, 2);
    let lessons = ["Schedules and timers".to_owned(), "Making compost".to_owned()];
    assert_eq!(assign(&lessons, &passages, "en", 2), [vec![0, 1], vec![2, 3]]);
}

#[test]
fn passages_have_80_to_250_words_where_they_can() {
    let paragraph = |words: usize| Block {
        kind: BlockKind::Paragraph,
        text: format!("{}.", vec!["word"; words].join(" ")),
        page: Some(u32::try_from(words).unwrap()),
    };
    let heading =
        |level, text: &str| Block { kind: BlockKind::Heading(level), text: text.to_owned(), page: None };
    let lengths = |blocks: Vec<Block>| -> Vec<usize> {
        let passages = split(0, 1, &Document { title: None, pages: None, blocks });
        passages.iter().map(|passage| words(&passage.text).count()).collect()
    };
    assert_eq!(lengths(vec![paragraph(60), paragraph(60), paragraph(60)]), [180]);
    assert_eq!(lengths(vec![paragraph(150), paragraph(110), paragraph(30)]), [150, 140]);
    // A sentence that is too long is cut between words.
    assert_eq!(lengths(vec![paragraph(600)]), [170, 170, 170, 90]);
    // Nothing crosses a heading of the second level.
    assert_eq!(lengths(vec![paragraph(90), heading(2, "Two"), paragraph(20)]), [90, 20]);
    // One of the third is crossed where the passage would be too short, and is read then.
    assert_eq!(lengths(vec![paragraph(40), heading(3, "Three"), paragraph(60)]), [101]);
    assert_eq!(lengths(vec![paragraph(90), heading(3, "Three"), paragraph(90)]), [90, 90]);
    let blocks = vec![paragraph(90), paragraph(91), heading(1, "None"), heading(1, "One"), paragraph(20)];
    let passages = split(0, 1, &Document { title: None, pages: None, blocks });
    assert_eq!((passages[0].first_page, passages[0].last_page), (Some(90), Some(91)));
    assert_eq!(passages[1].heading, "One");
}
