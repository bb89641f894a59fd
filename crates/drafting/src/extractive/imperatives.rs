//! Instructions in languages other than English, seen by their form:
//!
//! - German: the polite form (`Halten Sie den Fluchtweg frei.`), also after `Bitte`, `Dann` and the like, and the familiar one of
//!   verbs that are often used so (`Prüfe den Druck.`). Questions and conditions that begin alike (`Arbeiten Sie mit Säuren,
//!   tragen Sie eine Brille.`) are none.
//! - French: the polite form, which ends in `-ez` (`Vérifiez la pression.`), and the irregular ones.
//! - Spanish: the polite form of verbs that are often used so (`Verifique la presión.`).
//!
//! Of other languages nothing is known here: their lessons get action items that are made up for their terms.

use super::{
    front::capitalize,
    words::{List, Word, list, words},
};

/// What stands before an instruction, in lower case.
const LEADS: &[&str] = &[
    "bitte ",
    "dann ",
    "danach ",
    "zuerst ",
    "zunächst ",
    "anschließend ",
    "ensuite, ",
    "puis, ",
    "puis ",
    "d’abord, ",
    "d'abord, ",
    "enfin, ",
    "s’il vous plaît, ",
    "por favor, ",
    "luego, ",
    "luego ",
    "después, ",
    "primero, ",
    "finalmente, ",
];

/// German verbs that stand before `Sie` in questions and conditions.
static GERMAN_HELPERS: List = List::new(|| {
    list(
        "dürfen fühlten haben hatten hätten kennen können könnten mögen möchten müssen müssten sind sollen sollten waren \
        wären werden wissen wollen wollten wurden würden",
    )
});

/// The familiar form of German verbs, without those that are nouns as well, such as `Frage` and `Suche`.
static GERMAN_FAMILIAR: List = List::new(|| {
    list(
        "achte analysiere arbeite aktiviere baue beachte beantworte bearbeite beginne benenne benutze berechne beschreibe \
        bestimme bewahre bewerte bilde bleibe bleib bringe definiere denke drehe drücke entferne entscheide ergänze erkläre \
        erstelle fahre fange fasse formuliere fülle gehe geh gib gieße halte hänge hebe hilf hole informiere kläre klebe klicke \
        koche kontrolliere korrigiere kürze lade lass lasse lege leite lerne lies lösche löse mach mache markiere meide melde \
        merke miss mische nenne nimm notiere nutze öffne ordne organisiere packe plane prüfe räume reinige rechne reduziere \
        reiche rufe rühre sammle schalte schau schaue schicke schließe schneide schreibe schütze setze sichere sieh sortiere \
        speichere sperre spare sprich spüle starte stelle stoppe streiche teile teste trage trenne trinke tu übe überlege \
        überprüfe übertrage unterschreibe untersuche verbinde vereinbare vergiss vergleiche verlasse vermeide verschließe \
        versorge verstaue verteile verwende vereinfache wähle wärme warte wasche wechsle wende wiederhole wirf wische zähle \
        zeichne zeige zerlege ziehe",
    )
});

/// What follows a noun, not an instruction.
static AFTER_GERMAN_NOUNS: List = List::new(|| {
    list(
        "ist sind war waren wird werden kann können muss müssen hat haben soll sollen darf dürfen von und oder ich er sie \
        es wir man du",
    )
});

/// French words that end like the polite form, or have it without telling anyone to do something.
static FRENCH_OTHERS: List =
    List::new(|| list("assez avez aviez chez devez iriez nez pouvez rez seriez voulez allez"));
static FRENCH_IRREGULAR: List = List::new(|| list("faites dites redites refaites soyez"));

/// The polite form of Spanish verbs.
static SPANISH_POLITE: List = List::new(|| {
    list(
        "abra active actualice ajuste analice añada anote apague aplique aproveche asegúrese avise busque calcule cambie \
        cierre coloque combine comience compare complete compruebe comunique conecte confirme conserve consulte controle \
        coordine corrija cree cubra cuide cumpla dé deje describa desconecte deseche determine devuelva diga diseñe divida \
        elija elimine empiece encienda entregue envíe escriba escuche espere establezca evalúe evite examine explique extienda \
        firme guarde haga identifique imprima incluya indique informe inicie inspeccione instale introduzca lave lea limpie \
        llame llene lleve mantenga marque mezcle mida mire muestre notifique observe obtenga ordene organice pague pase pida \
        planifique ponga practique pregunte prepare presente priorice proteja pruebe pulse quite realice recoja recuerde reduzca \
        registre reinicie repase repita reserve resuma responda retire reúna revise salga seleccione separe siga solicite suba \
        subraye sustituya tenga termine tome trabaje transporte tire use utilice vacíe vaya verifique vigile visite vuelva",
    )
});
static AFTER_SPANISH_NOUNS: List = List::new(|| list("de del es son y o que fue era está están"));

/// What says too little of what is to be done with it.
static VAGUE: List =
    List::new(|| list("es ihn ihm ihnen dies dieses diese diesen dazu damit so ceci cela ça esto eso así"));

/// A sentence as something to do, if it tells to do something: `Bitte halten Sie die Tür zu.` is `Halten Sie die Tür zu.`
pub(super) fn instruction(sentence: &str, code: &str) -> Option<String> {
    let text = sentence.trim();
    let lower = text.to_lowercase();
    // Only where lower case is as long, so that the places agree.
    let lead = LEADS.iter().find(|lead| lower.len() == text.len() && lower.starts_with(**lead));
    let rest = text.get(lead.map_or(0, |lead| lead.len())..)?;
    let found = words(rest);
    let (first, second) = (found.first()?, found.get(1)?);
    let gap = rest.get(first.to()..second.from)?;
    if first.from != 0 || !gap.chars().all(char::is_whitespace) || text.ends_with('?') {
        return None;
    }
    let verb = first.lower();
    let tells = match code {
        "de" => is_german(&verb, second, &found, rest),
        "fr" => {
            FRENCH_IRREGULAR.contains(verb.as_str())
                || verb.ends_with("ez") && !FRENCH_OTHERS.contains(verb.as_str())
        }
        "es" => {
            SPANISH_POLITE.contains(verb.as_str()) && !AFTER_SPANISH_NOUNS.contains(second.lower().as_str())
        }
        _ => false,
    };
    let object = if second.text == "Sie" { found.get(2) } else { Some(second) };
    let vague = object.is_none_or(|word| VAGUE.contains(word.lower().as_str()));
    (tells && !vague).then(|| capitalize(rest))
}

fn is_german(verb: &str, second: &Word, found: &[Word], rest: &str) -> bool {
    if second.text != "Sie" {
        return GERMAN_FAMILIAR.contains(verb) && !AFTER_GERMAN_NOUNS.contains(second.lower().as_str());
    }
    // `Arbeiten Sie mit Säuren, tragen Sie …`, `…, so melden Sie …`: what comes first is the condition.
    let turns = found.windows(3).any(|window| match window {
        [before, verb, who] => {
            let comma = rest.get(before.to()..verb.from).is_some_and(|gap| gap.contains(','));
            comma && (who.text == "Sie" && verb.text.ends_with('n') || matches!(verb.text, "so" | "dann"))
        }
        _ => false,
    });
    verb.ends_with('n') && !GERMAN_HELPERS.contains(verb) && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_seen_by_their_form() {
        for (code, sentence, item) in [
            ("de", "Halten Sie den Fluchtweg immer frei.", "Halten Sie den Fluchtweg immer frei."),
            ("de", "Bitte schließen Sie nachts alle Türen.", "Schließen Sie nachts alle Türen."),
            ("de", "Prüfe den Druck jeden Morgen.", "Prüfe den Druck jeden Morgen."),
            ("fr", "Vérifiez la pression chaque matin.", "Vérifiez la pression chaque matin."),
            ("fr", "Ensuite, fermez la porte du local.", "Fermez la porte du local."),
            ("es", "Verifique la presión cada mañana.", "Verifique la presión cada mañana."),
        ] {
            assert_eq!(instruction(sentence, code).as_deref(), Some(item));
        }
        for (code, sentence) in [
            ("de", "Haben Sie den Fluchtweg geprüft?"),
            ("de", "Haben Sie Fragen, hilft die Leitung."),
            ("de", "Arbeiten Sie mit Säuren, tragen Sie eine Brille."),
            ("de", "Die Leitung prüft den Druck."),
            ("de", "Plane sind aus festem Stoff."),
            ("de", "Halten Sie es fest."),
            ("fr", "Chez nous la porte est fermée."),
            ("es", "Informe de la presión del mes."),
            ("it", "Verificate la pressione ogni mattina."),
        ] {
            assert_eq!(instruction(sentence, code), None, "{sentence}");
        }
    }
}
