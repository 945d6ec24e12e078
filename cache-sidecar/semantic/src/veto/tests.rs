//! Rules by examples: what each forbids, and what it must let pass.

use super::{Pair, Veto, find};
use crate::align::Alignment;
use crate::lexicon::Lexicon;
use crate::reading::Reading;

fn check(cases: &[(&str, &str, Option<Veto>)]) {
    let lexicon = Lexicon::new();
    for (a, b, expected) in cases {
        // A judge that depends on which was stored first would be no judge.
        for (a, b) in [(a, b), (b, a)] {
            let (one, other) = (Reading::of(a, &lexicon), Reading::of(b, &lexicon));
            let alignment = Alignment::of(&one, &other, &lexicon);
            let pair = Pair {
                texts: [a, b],
                readings: [&one, &other],
                alignment: &alignment,
                lexicon: &lexicon,
            };
            assert_eq!(find(&pair), *expected, "{a} | {b}\n{:?}\n{:?}", one.words, other.words);
        }
    }
}

#[test]
fn paraphrases_pass() {
    check(&[
        ("How do I reset my password?", "What's the best way to reset my password?", None),
        ("Is 10 kg too much?", "is ten kilograms too much", None),
        ("Who won the 2014 World Cup?", "Who won the World Cup in 2014?", None),
        ("What is the population of the USA?", "What's the population of the United States?", None),
        ("I can't log in", "I can not log in", None),
        ("Which colour is best?", "Which color is best?", None),
        (
            "What is the difference between a list and a tuple?",
            "What's the difference between a tuple and a list?",
            None,
        ),
        ("In Python, how do I sort a list?", "How do I sort a list in Python?", None),
        ("Meet me at 5 pm?", "Meet me at 5pm?", None),
        ("How much is 1,000 yen?", "How much is 1000 yen?", None),
        (
            "How do I delete my account?",
            "Hi, could you please tell me how to delete my acount? Thanks!",
            None,
        ),
        (
            "How many vacation days do I get each year?",
            "How many vacation days do I get per year?",
            None,
        ),
        ("Is gold or silver better?", "Is silver or gold better?", None),
        ("When did World War II end?", "When did the Second World War end?", None),
        ("Who painted it first?", "Which artist painted it first?", None),
        ("How high is the minimum wage in Peru?", "What is the minimum wage in Peru?", None),
        ("Which is better, tea or coffee?", "Is tea or coffee better?", None),
        ("How do I write a resignation letter?", "How is a letter of resignation written?", None),
        ("Somebody blocked me, how do I know?", "How do I know that I have been blocked?", None),
        ("Compute the root of 9", "What is the root of 9?", None),
        (
            "Rome and Oslo: how do they differ?",
            "What is the difference between Rome and Oslo?",
            None,
        ),
        ("How do I get in touch with the bank?", "How do I contact the bank?", None),
        ("How old was Ada when she died?", "At what age did Ada die?", None),
        ("What is a sieve for?", "What is a sieve used for?", None),
        ("Is a migraine dangerous?", "Are migraines dangerous?", None),
        ("Give me tips for public speaking.", "What are tips for speaking in public?", None),
    ]);
}

#[test]
fn facts_must_be_the_same() {
    check(&[
        ("Write to [EMAIL_1]", "Write to [EMAIL_2]", Some(Veto::Placeholder)),
        (
            "Forward [EMAIL_1] to [EMAIL_2]",
            "Forward [EMAIL_2] to [EMAIL_1]",
            Some(Veto::Placeholder),
        ),
        ("What is 15% of 80?", "What is 15% of 90?", Some(Veto::Number)),
        ("Is Python 3.10 out?", "Is Python 3.1 out?", Some(Veto::Number)),
        ("What is 2+2?", "What is 2*2?", Some(Veto::Number)),
        ("What is 10 - 4?", "What is 4 - 10?", Some(Veto::Number)),
        (
            "A room for 3 adults and 2 children",
            "A room for 2 adults and 3 children",
            Some(Veto::Number),
        ),
        ("Tell me about World War I", "Tell me about World War II", Some(Veto::Name)),
        ("Is it open on Monday?", "Is it open on Friday?", Some(Veto::Date)),
        ("What happened last week?", "What will happen next week?", Some(Veto::Date)),
        ("Call me at 5 pm", "Call me at 5 am", Some(Veto::Date)),
        ("Convert miles to km", "Convert miles to meters", Some(Veto::Unit)),
        ("Is $40 much?", "Is €40 much?", Some(Veto::Unit)),
        ("What does get_user(id) do?", "What does set_user(id) do?", Some(Veto::Code)),
        ("What is in /etc/hosts/allow?", "What is in /etc/hosts/deny?", Some(Veto::Code)),
        ("How do I learn C++?", "How do I learn C#?", Some(Veto::Name)),
        ("Where is Berlin?", "Where is Bern?", Some(Veto::Name)),
        ("Who was Ann Lee?", "Who was Ann Lee Smith?", Some(Veto::Name)),
        ("What does `&` do in C?", "What does `&&` do in C?", Some(Veto::Code)),
        ("How do I end a for loop?", "How do I end a while loop?", Some(Veto::Code)),
        ("What is print(7 // 2)?", "What is print(7 / 2)?", Some(Veto::Code)),
        ("Correct this: \"He go home\"", "Correct this: \"He goes home\"", Some(Veto::Code)),
    ]);
}

#[test]
fn sense_must_be_the_same() {
    check(&[
        ("Can I drink tap water?", "Can't I drink tap water?", Some(Veto::Negation)),
        ("How do I bake with yeast?", "How do I bake without yeast?", Some(Veto::Negation)),
        ("Red but not blue cars", "Blue but not red cars", Some(Veto::Negation)),
        ("How do I enable sync?", "How do I disable sync?", Some(Veto::Opposite)),
        ("How do I turn on sync?", "How do I turn off sync?", Some(Veto::Opposite)),
        ("What happens before surgery?", "What happens after surgery?", Some(Veto::Opposite)),
        ("Is it legal to fish here?", "Is it illegal to fish here?", Some(Veto::Opposite)),
        ("Delete all photos", "Delete photos", Some(Veto::Scope)),
        ("What is the highest mountain?", "What are the highest mountains?", Some(Veto::Scope)),
        ("How do I show hidden files?", "How do I hide files?", Some(Veto::Opposite)),
        ("Is it possible to fly?", "Is it impossible to fly?", Some(Veto::Opposite)),
        ("What is the price of rice?", "What will be the price of rice?", Some(Veto::Question)),
        ("What is a sieve?", "What is a sieve for?", Some(Veto::Question)),
        ("Where can I learn it?", "How can I learn it?", Some(Veto::Question)),
        ("What does a sieve cost?", "What does a sieve mean?", Some(Veto::Question)),
        ("How do I use a sieve?", "What do I use a sieve for?", Some(Veto::Question)),
        ("Who pays except students?", "Who pays including students?", Some(Veto::Scope)),
        ("Who invented the radio?", "When was the radio invented?", Some(Veto::Question)),
        ("Who is the richest man?", "Who was the richest man?", Some(Veto::Question)),
        ("Summarize this text", "Translate this text", Some(Veto::Instruction)),
        ("Explain tides in French", "Explain tides in German", Some(Veto::Form)),
        ("Write a short story", "Write a story", Some(Veto::Form)),
        (
            "Wie ist das Wetter und der Wind?",
            "How is the weather and the wind?",
            Some(Veto::Language),
        ),
        ("How do I water a cactus?", "How do I repot a cactus?", Some(Veto::Content)),
    ]);
}

#[test]
fn roles_must_be_the_same() {
    check(&[
        ("Did Federer beat Nadal?", "Did Nadal beat Federer?", Some(Veto::Role)),
        ("Flights from Oslo to Rome", "Flights from Rome to Oslo", Some(Veto::Role)),
        ("Convert euros to dollars", "Convert dollars to euros", Some(Veto::Role)),
        ("Is Java faster than Go?", "Is Go faster than Java?", Some(Veto::Role)),
        ("How many ounces are in a pound?", "How many pounds are in an ounce?", Some(Veto::Role)),
        ("How do I reset my password?", "How do I reset your password?", Some(Veto::Role)),
        (
            "The old bridge near the town was painted",
            "The bridge near the old town was painted",
            Some(Veto::Role),
        ),
        ("Does he like tea?", "Does she like tea?", Some(Veto::Role)),
        ("Who taught Plato?", "Whom did Plato teach?", Some(Veto::Role)),
        ("Is a square a rectangle?", "Is a rectangle a square?", Some(Veto::Role)),
        ("Should I pay before I sign?", "Should I sign before I pay?", Some(Veto::Role)),
        (
            "What does a tenant have to tell the landlord?",
            "What does the landlord have to tell a tenant?",
            Some(Veto::Role),
        ),
        (
            "It was written by Ann and sung by Eve",
            "It was written by Eve and sung by Ann",
            Some(Veto::Role),
        ),
        ("My wife smokes and I do not", "I smoke and my wife does not", Some(Veto::Role)),
        (
            "Does the host or the guest pay if the host cancels?",
            "Does the host or the guest pay if the guest cancels?",
            Some(Veto::Role),
        ),
        ("Does vitamin A help?", "Does vitamin B help?", Some(Veto::Name)),
        ("Am I insured if I hit a car?", "Am I insured if a car hits me?", Some(Veto::Role)),
    ]);
}

#[test]
fn focus_must_be_the_same() {
    check(&[
        ("Do only managers get it?", "Is it only managers who get it?", None),
        ("Only the managers get a bonus?", "The managers get only a bonus?", Some(Veto::Scope)),
        ("Can I only edit my tickets?", "Can only I edit my tickets?", Some(Veto::Scope)),
        ("Is the bar open only on Sundays?", "Is only the bar open on Sundays?", Some(Veto::Scope)),
        ("Even the free plan has support?", "The free plan even has support?", Some(Veto::Scope)),
        ("Does it pay just for glasses?", "Does it pay for glasses?", Some(Veto::Scope)),
    ]);
}

#[test]
fn minor_words_must_be_the_same() {
    check(&[
        ("Is it possible to send ten pages?", "Am I allowed to send ten pages?", None),
        ("Will I be able to fly?", "Can I fly?", None),
        ("Can I see my team's budget?", "Can I see their team's budget?", Some(Veto::Question)),
        ("How do I see my boss's diary?", "How do I see my diary?", Some(Veto::Question)),
        ("What triggers the alarm?", "What does the alarm trigger?", Some(Veto::Role)),
        ("Will the update delete files?", "Can the update delete files?", Some(Veto::Question)),
        ("Am I allowed to swim?", "Am I able to swim?", Some(Veto::Question)),
        ("Which plan do I have?", "Which plan do I need?", Some(Veto::Question)),
        ("How do I keep getting news?", "How do I stop getting news?", Some(Veto::Question)),
        ("Is the lesson in two hours?", "Is the lesson for two hours?", Some(Veto::Question)),
        ("Must I file by Friday?", "Must I file on Friday?", Some(Veto::Question)),
        ("Do I walk through the park?", "Do I walk around the park?", Some(Veto::Question)),
        ("Who steered the boat?", "Who steers the boat?", Some(Veto::Question)),
        ("Can guests swim here?", "Do guests swim here?", Some(Veto::Question)),
        ("Did Eve dance with Ann?", "Did Eve dance for Ann?", Some(Veto::Question)),
        ("Does air get into the tank?", "Does air get out of the tank?", Some(Veto::Role)),
        ("Bake it in an hour", "Bake it for an hour", Some(Veto::Question)),
        ("How do I read XML in Ruby?", "How do I read XML with Ruby?", None),
        ("A book about cats", "A book on cats", None),
        ("Is it OK not to reply?", "Is it not OK to reply?", Some(Veto::Question)),
        ("Can I claim a laptop?", "Can I claim a computer?", Some(Veto::Opposite)),
        ("Where is the archive button?", "Where is the delete button?", Some(Veto::Opposite)),
    ]);
}

#[test]
fn names_are_stable() {
    let mut names: Vec<&str> = Veto::ALL.iter().map(|veto| veto.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Veto::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase())));
}

#[test]
fn what_is_narrowed_must_be_the_same() {
    check(&[
        ("Only guests may park, right?", "Guests may only park, right?", Some(Veto::Scope)),
        ("Did everyone but Ann reply?", "Did everyone like Ann reply?", Some(Veto::Scope)),
        ("Is just the bar open?", "Is the bar open too?", Some(Veto::Scope)),
        ("Can I only pay by card?", "Could I only pay by card?", None),
        ("I just want a table", "I want a table", None),
    ]);
}

#[test]
fn small_words_count_where_nothing_else_differs() {
    check(&[
        ("Can cats get acne?", "Do cats get acne?", Some(Veto::Question)),
        ("Can you ship it to Oslo?", "Do you ship it to Oslo?", None),
        ("Is it being repaired?", "Has it been repaired?", Some(Veto::Question)),
        (
            "How do I get around the tunnel?",
            "How do I get through the tunnel?",
            Some(Veto::Question),
        ),
        ("Is there a sauna in the hotel?", "Is there a sauna at the hotel?", None),
        ("What is my aunt's doctor called?", "What is my doctor's aunt called?", Some(Veto::Role)),
        ("Which club sold the striker?", "Which club did the striker sell?", Some(Veto::Role)),
        ("Who wrote Dune?", "Who wrote Dunes?", Some(Veto::Name)),
        ("What does tar -x do?", "What does tar -X do?", Some(Veto::Code)),
        ("Who is Ann's tutor?", "Who is Ann the tutor of?", Some(Veto::Role)),
        ("Can the owner keep a dog?", "Does the owner keep a dog?", Some(Veto::Question)),
        ("Does air flow into the hut?", "Does air flow out of the hut?", Some(Veto::Question)),
        ("Who managed the band?", "Who manages the band?", Some(Veto::Question)),
        ("Is it safe in the van?", "Is it safe on the van?", Some(Veto::Question)),
        ("How do I print in Windows?", "How do I print on Windows?", None),
        ("Why do guests cheat?", "Why are guests cheated?", Some(Veto::Role)),
        (
            "My bag is tagged as loaded but I didn't get it",
            "My bag was tagged as not loaded but I got it",
            Some(Veto::Negation),
        ),
        ("Are iPhones waterproof?", "Is the iPhone waterproof?", None),
        ("Is it hot in Athens?", "Is it hot in Athens in May?", Some(Veto::Date)),
        ("Why did Ada thank Eve?", "Why did Eve thank Ada?", Some(Veto::Role)),
        ("How does a kiln work?", "Can you explain how kilns work?", None),
        ("Where can I check my balance?", "How do I check my balance?", None),
    ]);
}
