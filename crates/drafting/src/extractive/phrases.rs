//! What is said around extracted text. It names what the text is about and where it stands, and claims nothing more. Each
//! sentence of a lesson holds a title or a term of that lesson, so that no two lessons say the same.

/// The phrases of a language. `{a}`, `{b}` and `{c}` are places for text.
pub(super) struct Phrases {
    pub(super) and: &'static str,
    /// Whether a title within a sentence begins with a small letter.
    pub(super) softens: bool,
    /// Around what is quoted.
    pub(super) quotes: (&'static str, &'static str),
    /// `{a}`: titles of sections.
    pub(super) covers: &'static [&'static str],
    /// `{a}`: terms; `{b}`: the title of the lesson.
    pub(super) watch: &'static [&'static str],
    /// `{a}`: the number of the day; `{b}`: the title.
    pub(super) opens: &'static str,
    pub(super) source: &'static str,
    pub(super) page: &'static str,
    pub(super) pages: &'static str,
    pub(super) section: &'static str,
    pub(super) example: &'static str,
    pub(super) use_title: &'static str,
    /// A sentence and three steps. `{a}` and `{b}`: terms; `{c}`: the title of a section.
    pub(super) practices: &'static [[&'static str; 4]],
    /// Where a lesson's own text has too few; plain text. `{a}`: a term; `{b}`: the title of a section.
    pub(super) actions: &'static [&'static str],
    pub(super) part: &'static str,
    pub(super) fill_gap: &'static str,
    pub(super) which_words: &'static str,
    pub(super) which_number: &'static str,
    pub(super) meaning: &'static str,
    pub(super) which_section: &'static str,
    /// `{a}`: a sentence in quotation marks; `{b}`: where it stands.
    pub(super) says: &'static str,
    /// `{a}`: the day; `{b}`: the title.
    pub(super) welcome: &'static str,
    /// Between sentences that are read out. `{a}`: the title of a section.
    pub(super) turn_to: &'static [&'static str],
    pub(super) remember: &'static str,
    /// `{a}`: an action item.
    pub(super) task: &'static str,
    pub(super) goodbye: &'static str,
    /// `{a}`: the topic; `{b}`: the number of days.
    pub(super) course_welcome: &'static str,
    /// `{a}`: titles of chapters.
    pub(super) course_covers: &'static str,
    pub(super) course_days: &'static str,
    /// `{a}`: the topic; `{b}`: days; `{c}`: names of references.
    pub(super) subtitle: &'static str,
    pub(super) about: &'static str,
    pub(super) extracted: &'static str,
    pub(super) for_level: [&'static str; 3],
    pub(super) for_audience: &'static str,
    pub(super) objectives: &'static [&'static str],
}

/// The phrases of a language by its code; English where there are none.
pub(super) fn phrases(code: &str) -> &'static Phrases {
    match code {
        "de" => &GERMAN,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        _ => &ENGLISH,
    }
}

/// A phrase with its places filled.
pub(super) fn fill(phrase: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(phrase.len() + 40);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let place = name.bytes().next().map_or(0, |name| usize::from(name.wrapping_sub(b'a')));
        filled.push_str(values.get(place).copied().unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// What stands in lessons around the references in every language, without what fills its places.
pub(crate) fn composed() -> impl Iterator<Item = &'static str> {
    [&ENGLISH, &GERMAN, &FRENCH, &SPANISH].into_iter().flat_map(|phrases| {
        let practices = phrases.practices.iter().flatten();
        let all = phrases.covers.iter().chain(phrases.watch).chain(practices);
        all.flat_map(|phrase| phrase.split(['{', '}']))
    })
}

impl Phrases {
    /// `a`, `b and c` …
    pub(super) fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.and),
        }
    }

    pub(super) fn quoted(&self, text: &str) -> String {
        format!("{}{text}{}", self.quotes.0, self.quotes.1)
    }
}

const ENGLISH: Phrases = Phrases {
    and: "and",
    softens: true,
    quotes: ("“", "”"),
    covers: &[
        "Today’s lesson is about {a}.",
        "Today you work through {a}.",
        "This day takes you through {a}.",
    ],
    watch: &[
        "While you read, keep an eye on {a}: by the end of the day you should be able to say what the text advises about each.",
        "Watch for {a}: the quiz at the end comes back to them.",
        "Before you start, note what you already know about {a}; afterwards, compare your notes with the text.",
    ],
    opens: "Day {a} of this course: {b}.",
    source: "Source",
    page: "page {a}",
    pages: "pages {a}–{b}",
    section: "section {a}",
    example: "Example.",
    use_title: "Put it to use",
    practices: &[
        [
            "Take one situation from your own work in which {a} plays a part, and work through it with today’s text.",
            "Describe the situation in two or three sentences, and say where {a} comes in.",
            "Go through {c} again and mark every point that applies to it.",
            "Decide on one thing that you will do differently about {b}, and write down how you will notice that it worked.",
        ],
        [
            "Check how you handle {a} today against what you have just read.",
            "Write down, step by step, what you do at present where {a} is concerned.",
            "Lay {c} beside it and note each difference, however small.",
            "Choose the difference that matters most for {b} and plan when you will try it.",
        ],
        [
            "The quickest way to find out whether you have understood {a} is to explain it.",
            "Without looking at the text, explain {a} aloud or on half a page, as if to a new colleague.",
            "Compare your explanation with {c} and add what you left out.",
            "End with one concrete tip about {b} that your colleague could follow this week.",
        ],
        [
            "Turn today’s text on {a} into a short checklist of your own.",
            "Collect from {c} the points that you want to remember when it matters.",
            "Put them in the order in which you will need them, and strike out what does not apply to {a} where you are.",
            "Use the list once, and correct it where {b} turned out differently.",
        ],
    ],
    actions: &[
        "Write down, in two sentences, what “{a}” means in your own work.",
        "Explain “{a}” to someone in one minute, then check what you said against the section “{b}”.",
        "List three recent situations in which “{a}” mattered, and what you did.",
        "Find one example of “{a}” around you today and write down what you notice.",
        "Compare how you deal with “{a}” at present with the section “{b}”, and note one difference.",
        "Write one question about “{a}” that the lesson leaves open, and ask it to someone who knows.",
        "Sketch how “{a}” and the rest of “{b}” hang together, on one page.",
    ],
    part: "part {a}",
    fill_gap: "Fill the gap: {a}",
    which_words: "What fills the gap? {a}",
    which_number: "Which number fills the gap? {a}",
    meaning: "What is meant by *{a}*?",
    which_section: "Which of these is part of this lesson?",
    says: "The text says: {a} ({b}).",
    welcome: "Welcome to day {a}: {b}.",
    turn_to: &["Let us turn to {a}.", "Next comes {a}.", "Then there is {a}."],
    remember: "If you remember one thing from today, let it be this.",
    task: "And here is something to do today. {a}",
    goodbye: "Now read the lesson, take the quiz, and try it out for yourself.",
    course_welcome: "Welcome to this course: {a}. Over the next {b} days you work through it one lesson at a time, in about a quarter of an hour a day.",
    course_covers: "We will look at {a}.",
    course_days: "Each day has a text to read, a few things to do and a short quiz. Do them on the day if you can: little and often is what makes this work.",
    subtitle: "{a} in {b} days",
    about: "This course takes you through {a} in {b} short lessons, one a day. It covers {c}.",
    extracted: "The text of the lessons is extracted from {a}; under each section stands where it comes from. Each lesson ends with things to do and a quiz.",
    for_level: [
        "It starts from the beginning and needs no earlier knowledge.",
        "It is meant for people who know the basics.",
        "It is meant for people with experience who want the details.",
    ],
    for_audience: "Everyone who wants to learn about {a}.",
    objectives: &[
        "Explain what the text says about {a}",
        "Apply the advice on {a} in your own work",
        "Describe the main points of {a}",
    ],
};

const GERMAN: Phrases = Phrases {
    and: "und",
    softens: false,
    quotes: ("„", "“"),
    covers: &["Heute geht es um {a}.", "Die heutige Lektion behandelt {a}."],
    watch: &[
        "Achten Sie beim Lesen auf {a}: Nach der Lektion sollten Sie sagen können, was der Text dazu rät.",
        "Behalten Sie {a} im Auge: Das Quiz am Ende kommt darauf zurück.",
    ],
    opens: "Tag {a} dieses Kurses: {b}.",
    source: "Quelle",
    page: "Seite {a}",
    pages: "Seiten {a}–{b}",
    section: "Abschnitt {a}",
    example: "Beispiel.",
    use_title: "In die Praxis",
    practices: &[
        [
            "Nehmen Sie eine Situation aus Ihrer eigenen Arbeit, in der {a} eine Rolle spielt, und gehen Sie sie mit dem heutigen Text durch.",
            "Beschreiben Sie die Situation in zwei oder drei Sätzen und sagen Sie, wo {a} vorkommt.",
            "Lesen Sie {c} noch einmal und markieren Sie jeden Punkt, der zutrifft.",
            "Entscheiden Sie, was Sie in Bezug auf {b} anders machen wollen, und schreiben Sie auf, woran Sie den Erfolg erkennen.",
        ],
        [
            "Vergleichen Sie, wie Sie heute mit {a} umgehen, mit dem, was Sie gelesen haben.",
            "Schreiben Sie Schritt für Schritt auf, was Sie zurzeit tun, wenn es um {a} geht.",
            "Legen Sie {c} daneben und notieren Sie jeden Unterschied.",
            "Wählen Sie den Unterschied, der für {b} am meisten zählt, und planen Sie, wann Sie ihn ausprobieren.",
        ],
    ],
    actions: &[
        "Schreiben Sie in zwei Sätzen auf, was „{a}“ in Ihrer eigenen Arbeit bedeutet.",
        "Erklären Sie jemandem „{a}“ in einer Minute und prüfen Sie das Gesagte am Abschnitt „{b}“.",
        "Notieren Sie drei Situationen der letzten Zeit, in denen „{a}“ wichtig war.",
        "Suchen Sie heute ein Beispiel für „{a}“ und schreiben Sie auf, was Ihnen auffällt.",
        "Vergleichen Sie Ihren Umgang mit „{a}“ mit dem Abschnitt „{b}“ und notieren Sie einen Unterschied.",
    ],
    part: "Teil {a}",
    fill_gap: "Füllen Sie die Lücke: {a}",
    which_words: "Was füllt die Lücke? {a}",
    which_number: "Welche Zahl füllt die Lücke? {a}",
    meaning: "Was ist mit *{a}* gemeint?",
    which_section: "Was davon gehört zu dieser Lektion?",
    says: "Im Text steht: {a} ({b}).",
    welcome: "Willkommen zu Tag {a}: {b}.",
    turn_to: &["Kommen wir zu {a}.", "Als Nächstes geht es um {a}."],
    remember: "Wenn Sie sich heute eines merken, dann dies.",
    task: "Und das können Sie heute tun. {a}",
    goodbye: "Lesen Sie jetzt die Lektion, machen Sie das Quiz und probieren Sie es selbst aus.",
    course_welcome: "Willkommen zu diesem Kurs: {a}. In den nächsten {b} Tagen arbeiten Sie ihn Lektion für Lektion durch, jeden Tag etwa eine Viertelstunde.",
    course_covers: "Es geht um {a}.",
    course_days: "Jeder Tag hat einen Text, ein paar Aufgaben und ein kurzes Quiz. Erledigen Sie sie möglichst am selben Tag: Wenig, aber oft, das ist es, was wirkt.",
    subtitle: "{a} in {b} Tagen",
    about: "Dieser Kurs führt in {b} kurzen Lektionen, einer am Tag, durch das Thema {a}. Er behandelt {c}.",
    extracted: "Der Text der Lektionen ist aus {a} entnommen; unter jedem Abschnitt steht, woher er kommt. Jede Lektion endet mit Aufgaben und einem Quiz.",
    for_level: [
        "Er beginnt am Anfang und setzt nichts voraus.",
        "Er ist für Menschen gedacht, die die Grundlagen kennen.",
        "Er ist für Menschen mit Erfahrung gedacht, die es genau wissen wollen.",
    ],
    for_audience: "Alle, die etwas über {a} lernen wollen.",
    objectives: &[
        "Erklären, was der Text über {a} sagt",
        "Anwenden, was der Text zu {a} rät",
        "Beschreiben, worauf es bei {a} ankommt",
    ],
};

const FRENCH: Phrases = Phrases {
    and: "et",
    softens: true,
    quotes: ("« ", " »"),
    covers: &["La leçon d’aujourd’hui porte sur {a}.", "Aujourd’hui, vous étudiez {a}."],
    watch: &[
        "En lisant, soyez attentif à {a} : à la fin de la journée, vous devriez pouvoir dire ce que le texte en conseille.",
        "Gardez à l’œil {a} : le quiz final y revient.",
    ],
    opens: "Jour {a} de ce cours : {b}.",
    source: "Source",
    page: "page {a}",
    pages: "pages {a}–{b}",
    section: "section {a}",
    example: "Exemple.",
    use_title: "Mettre en pratique",
    practices: &[
        [
            "Prenez une situation de votre propre travail où {a} joue un rôle et parcourez-la avec le texte du jour.",
            "Décrivez la situation en deux ou trois phrases et dites où intervient {a}.",
            "Relisez {c} et marquez chaque point qui s’applique.",
            "Décidez d’une chose que vous ferez autrement pour {b}, et notez à quoi vous verrez que cela a marché.",
        ],
        [
            "Comparez votre façon de traiter {a} avec ce que vous venez de lire.",
            "Écrivez, étape par étape, ce que vous faites actuellement pour {a}.",
            "Placez {c} à côté et notez chaque différence.",
            "Choisissez la différence qui compte le plus pour {b} et prévoyez quand l’essayer.",
        ],
    ],
    actions: &[
        "Écrivez en deux phrases ce que « {a} » signifie dans votre propre travail.",
        "Expliquez « {a} » à quelqu’un en une minute, puis vérifiez avec la section « {b} ».",
        "Notez trois situations récentes où « {a} » a compté.",
        "Trouvez aujourd’hui un exemple de « {a} » et notez ce que vous remarquez.",
        "Comparez votre pratique de « {a} » avec la section « {b} » et notez une différence.",
    ],
    part: "partie {a}",
    fill_gap: "Complétez : {a}",
    which_words: "Que faut-il mettre à la place du blanc ? {a}",
    which_number: "Quel nombre faut-il mettre à la place du blanc ? {a}",
    meaning: "Que signifie *{a}* ?",
    which_section: "Laquelle de ces parties appartient à cette leçon ?",
    says: "Le texte dit : {a} ({b}).",
    welcome: "Bienvenue au jour {a} : {b}.",
    turn_to: &["Passons à {a}.", "Vient ensuite {a}."],
    remember: "Si vous ne retenez qu’une chose aujourd’hui, que ce soit celle-ci.",
    task: "Et voici quelque chose à faire aujourd’hui. {a}",
    goodbye: "Lisez maintenant la leçon, faites le quiz et essayez vous-même.",
    course_welcome: "Bienvenue dans ce cours : {a}. Au cours des {b} prochains jours, vous le parcourez leçon par leçon, environ un quart d’heure par jour.",
    course_covers: "Nous verrons {a}.",
    course_days: "Chaque jour comporte un texte à lire, quelques actions et un court quiz. Faites-les le jour même si possible : peu, mais souvent, c’est ce qui marche.",
    subtitle: "{a} en {b} jours",
    about: "Ce cours vous fait découvrir {a} en {b} courtes leçons, une par jour. Il traite de {c}.",
    extracted: "Le texte des leçons est extrait de {a} ; sous chaque section figure sa provenance. Chaque leçon se termine par des actions et un quiz.",
    for_level: [
        "Il part du début et ne suppose aucune connaissance.",
        "Il s’adresse à ceux qui connaissent les bases.",
        "Il s’adresse à ceux qui ont de l’expérience et veulent les détails.",
    ],
    for_audience: "Tous ceux qui veulent apprendre {a}.",
    objectives: &[
        "Expliquer ce que le texte dit de {a}",
        "Appliquer les conseils sur {a}",
        "Décrire l’essentiel de {a}",
    ],
};

const SPANISH: Phrases = Phrases {
    and: "y",
    softens: true,
    quotes: ("«", "»"),
    covers: &["La lección de hoy trata de {a}.", "Hoy se estudia {a}."],
    watch: &[
        "Al leer, preste atención a {a}: al final del día debería poder decir qué aconseja el texto.",
        "No pierda de vista {a}: el cuestionario final vuelve sobre ello.",
    ],
    opens: "Día {a} de este curso: {b}.",
    source: "Fuente",
    page: "página {a}",
    pages: "páginas {a}–{b}",
    section: "sección {a}",
    example: "Ejemplo.",
    use_title: "Póngalo en práctica",
    practices: &[
        [
            "Tome una situación de su propio trabajo en la que intervenga {a} y recórrala con el texto de hoy.",
            "Describa la situación en dos o tres frases y diga dónde aparece {a}.",
            "Vuelva a leer {c} y marque cada punto que corresponda.",
            "Decida una cosa que hará de otra manera respecto a {b} y anote cómo sabrá que funcionó.",
        ],
        [
            "Compare su manera de tratar {a} con lo que acaba de leer.",
            "Escriba paso a paso lo que hace actualmente con {a}.",
            "Ponga {c} al lado y anote cada diferencia.",
            "Elija la diferencia que más importa para {b} y planee cuándo la probará.",
        ],
    ],
    actions: &[
        "Escriba en dos frases qué significa «{a}» en su propio trabajo.",
        "Explique «{a}» a alguien en un minuto y compruébelo con la sección «{b}».",
        "Anote tres situaciones recientes en las que importó «{a}».",
        "Busque hoy un ejemplo de «{a}» y anote lo que observa.",
        "Compare su manera de tratar «{a}» con la sección «{b}» y anote una diferencia.",
    ],
    part: "parte {a}",
    fill_gap: "Complete: {a}",
    which_words: "¿Qué falta en el hueco? {a}",
    which_number: "¿Qué número falta en el hueco? {a}",
    meaning: "¿Qué significa *{a}*?",
    which_section: "¿Cuál de estas partes pertenece a esta lección?",
    says: "El texto dice: {a} ({b}).",
    welcome: "Bienvenidos al día {a}: {b}.",
    turn_to: &["Pasemos a {a}.", "A continuación viene {a}."],
    remember: "Si hoy recuerda una sola cosa, que sea esta.",
    task: "Y esto es algo que puede hacer hoy. {a}",
    goodbye: "Ahora lea la lección, haga el cuestionario y pruébelo.",
    course_welcome: "Bienvenidos a este curso: {a}. En los próximos {b} días lo recorrerá lección a lección, un cuarto de hora al día.",
    course_covers: "Veremos {a}.",
    course_days: "Cada día tiene un texto, algunas tareas y un breve cuestionario. Hágalos el mismo día si puede: poco y a menudo es lo que funciona.",
    subtitle: "{a} en {b} días",
    about: "Este curso recorre {a} en {b} lecciones cortas, una al día. Trata de {c}.",
    extracted: "El texto de las lecciones está extraído de {a}; debajo de cada sección figura su procedencia. Cada lección termina con tareas y un cuestionario.",
    for_level: [
        "Empieza desde el principio y no requiere conocimientos.",
        "Está pensado para quienes conocen lo básico.",
        "Está pensado para quienes tienen experiencia y quieren los detalles.",
    ],
    for_audience: "Quienes quieran aprender sobre {a}.",
    objectives: &[
        "Explicar lo que el texto dice sobre {a}",
        "Aplicar los consejos sobre {a}",
        "Describir lo esencial de {a}",
    ],
};
