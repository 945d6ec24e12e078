"""Templates of questions, with what may stand in them and what turns them into another question.

A slot's value is a tuple of wordings of one thing; siblings are the other values of the slot. A trap swaps one slot for a
sibling (`swap`), two slots of a kind for one another (`turn`), or asks by other forms (`ask`).
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = tuple[str, ...]


@dataclass
class Pattern:
    forms: list[str]
    slots: dict[str, list[Value]]
    swap: dict[str, str] = field(default_factory=dict)
    turn: list[tuple[str, str]] = field(default_factory=list)
    ask: list[tuple[str, list[str]]] = field(default_factory=list)
    count: int = 12

    def fillings(self, chance: random.Random) -> Iterator[dict[str, Value]]:
        seen = set()
        for _ in range(self.count * 4):
            values = {name: chance.choice(options) for name, options in self.slots.items()}
            key = tuple(value[0] for value in values.values())
            if key in seen or len(set(key)) < len(key):
                continue
            seen.add(key)
            yield values
            if len(seen) == self.count:
                return

    def fill(self, form: str, values: dict[str, Value], chance: random.Random) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: chance.choice(values[found[1]]), form)

    def traps(self, values: dict[str, Value], chance: random.Random) -> Iterator[tuple[str, dict[str, Value], list[str]]]:
        for slot, kind in self.swap.items():
            others = [option for option in self.slots[slot] if option not in values.values()]
            if others:
                yield kind, {**values, slot: chance.choice(others)}, self.forms
        for one, other in self.turn:
            yield "role", {**values, one: values[other], other: values[one]}, self.forms
        for kind, forms in self.ask:
            yield kind, values, forms


def words(text: str) -> list[Value]:
    return [tuple(part.strip() for part in option.split("|")) for option in text.split(";")]


HOW_TUNING = ["How do I {do}?", "How can I {do}?", "What's the best way to {do}?", "Is there a way to {do}?", "I need to {do}."]
HOW_TEST = ["How should I {do}?", "What are the steps to {do}?", "How would one {do}?", "Could you tell me how to {do}?", "What do I have to do to {do}?"]

TUNING = [
    Pattern(
        [form.replace("{do}", "{v} my {o}") for form in HOW_TUNING],
        {"v": words("cancel; renew; share; pause; track; hide; print; insure; return|send back; sell; edit|change; rename; delete|remove"),
         "o": words("order; policy; invoice|bill; photo|picture; calendar; profile; ticket; car|automobile; playlist; résumé; phone|smartphone; membership; parcel|package")},
        swap={"v": "action", "o": "entity"},
        ask=[("negation", ["Why can't I {v} my {o}?", "How do I not {v} my {o}?", "How do I avoid having to {v} my {o}?"]), ("question", ["When can I {v} my {o}?", "Who can {v} my {o}?"]),
             ("scope", ["How do I {v} all of my {o} history?", "How do I {v} only part of my {o}?"]), ("role", ["How do I {v} my wife's {o}?"])], count=40,
    ),
    Pattern(
        ["How do I convert {a} to {b}?", "How can I convert {a} into {b}?", "What's the formula to convert {a} to {b}?", "convert {a} to {b} how"],
        {"a": words("pounds; inches; gallons; Fahrenheit; acres; pints"), "b": words("kilograms|kg; centimeters|cm; liters|litres; Celsius; hectares; milliliters")},
        swap={"a": "unit", "b": "unit"}, turn=[("a", "b")], count=16,
    ),
    Pattern(
        ["What is the {p} of {c}?", "What's {c}'s {p}?", "Tell me the {p} of {c}.", "{c} {p}?"],
        {"p": words("population; area; currency; national anthem; highest point; official language; GDP"), "c": words("Peru; Kenya; Norway; Japan; Chile; Vietnam; Poland; Egypt; Greece")},
        swap={"p": "entity", "c": "entity"}, ask=[("date", ["What was the {p} of {c} in 1950?"]), ("scope", ["What is the {p} of all neighbours of {c}?"])], count=30,
    ),
    Pattern(
        ["Is {a} {q} than {b}?", "Would you say {a} is {q} than {b}?", "I wonder: is {a} {q} than {b}?"],
        {"a": words("Kotlin; Scala; Julia; Swift; Elixir"), "b": words("Haskell; Erlang; Clojure; Fortran; COBOL"), "q": words("faster; slower; safer; older; newer")},
        swap={"q": "opposite", "b": "entity"}, turn=[("a", "b")], count=16,
    ),
    Pattern(
        ["Can I {v} {n} {o} a day?", "Is it possible to {v} {n} {o} per day?", "Am I allowed to {v} {n} {o} each day?"],
        {"v": words("send; upload; store; translate"), "n": words("10|ten; 25|twenty-five; 100|a hundred; 3|three; 1,000|1000|a thousand"), "o": words("files; messages; videos; pages")},
        swap={"n": "number", "v": "action", "o": "entity"}, ask=[("unit", ["Can I {v} {n} {o} a month?"]), ("negation", ["Why can I not {v} {n} {o} a day?"])], count=24,
    ),
    Pattern(
        ["What happens {w} {e}?", "{w} {e}, what happens?", "What is going to happen {w} {e}?"],
        {"w": words("before; after; during"), "e": words("surgery; the trial; graduation; a heart attack; the audit")},
        swap={"w": "opposite", "e": "entity"}, count=12,
    ),
    Pattern(
        ["What is the {s} temperature for {o}?", "What's the {s} temperature of {o}?", "Which temperature is the {s} for {o}?"],
        {"s": words("maximum; minimum; average; safe; ideal"), "o": words("wine storage; a server room; sous vide beef; an aquarium")},
        swap={"s": "adjective", "o": "entity"}, count=14,
    ),
    Pattern(
        ["How do I {v} {f} in {l}?", "In {l}, how do I {v} {f}?", "How can I {v} {f} with {l}?"],
        {"v": words("parse; write; validate; compress; stream"), "f": words("XML; YAML; a zip file; CSV data; a config file"), "l": words("Ruby; PHP; C++; Go; Perl; TypeScript")},
        swap={"v": "action", "f": "entity", "l": "entity"}, count=36,
    ),
    Pattern(
        ["Write a {s} {k} about {t}.", "Please write a {s} {k} about {t}.", "Could you write a {s} {k} about {t}?"],
        {"s": words("short; long; funny; sad"), "k": words("speech; letter; song; review"), "t": words("friendship; winter; a robot; my neighbour")},
        swap={"s": "form", "k": "form", "t": "entity"}, ask=[("form", ["Write a {s} {k} about {t} in French.", "Write a {s} {k} about {t} as a table."])], count=20,
    ),
    Pattern(
        ["When does {e} {v} on {d}?", "What time does {e} {v} on {d}?", "On {d}, when does {e} {v}?"],
        {"e": words("the pharmacy; the gym; the bank; the market"), "v": words("open; close"), "d": words("Monday|Mondays; Friday|Fridays; Saturday|Saturdays")},
        swap={"v": "opposite", "d": "date", "e": "entity"}, count=20,
    ),
    Pattern(
        ["Did {a} {v} {b}?", "Is it true that {a} did {v} {b}?", "I'd like to know: did {a} {v} {b}?"],
        {"a": words("Hamilton; Caesar; the hare; Athens"), "b": words("Burr; Pompey; the tortoise; Sparta"), "v": words("betray; defeat; trust; challenge")},
        swap={"v": "action", "b": "entity"}, turn=[("a", "b")], ask=[("negation", ["Did {a} never {v} {b}?", "Why didn't {a} {v} {b}?"])], count=20,
    ),
    Pattern(
        ["How do I get from {a} to {b} by {m}?", "How can I travel from {a} to {b} by {m}?", "By {m}, how do I get from {a} to {b}?"],
        {"a": words("Vienna; Boston; Oslo; Lima"), "b": words("Prague; Denver; Bergen; Cusco"), "m": words("bus; train; bike|bicycle")},
        swap={"a": "entity", "b": "entity", "m": "entity"}, turn=[("a", "b")], count=24,
    ),
    Pattern(
        ["What are the {q} things about {o}?", "Which are the {q} things about {o}?", "Tell me the {q} things about {o}."],
        {"q": words("best; worst; strangest; newest; most expensive; least known"), "o": words("electric cars; veganism; freelancing; big cities")},
        swap={"q": "adjective", "o": "entity"}, count=18,
    ),
]

TEST = [
    Pattern(
        [form.replace("{do}", "{v} the {o}") for form in HOW_TEST],
        {"v": words("clean; calibrate; assemble|put together; ship; rent out; paint; lubricate; unlock; lock; store; weigh"),
         "o": words("scooter; microscope; wardrobe; trailer; saxophone; greenhouse; chimney; barbecue|grill; hammock; printer")},
        swap={"v": "action", "o": "entity"},
        ask=[("negation", ["Why should I not {v} the {o}?", "What if I never {v} the {o}?"]), ("question", ["How often should I {v} the {o}?", "Who should {v} the {o}?"]),
             ("scope", ["How should I {v} everything except the {o}?", "How should I {v} every {o}?"])], count=40,
    ),
    Pattern(
        ["What do you call {q} {a}?", "What is the name for {q} {a}?", "Which word describes {q} {a}?"],
        {"q": words("a young; an old; a male; a female; a baby"), "a": words("goose; deer; horse; swan; seal")},
        swap={"q": "adjective", "a": "entity"}, count=20,
    ),
    Pattern(
        ["How many {a} make one {b}?", "How many {a} are there in one {b}?", "One {b} is how many {a}?"],
        {"a": words("teaspoons; millimeters; ounces; seconds; furlongs"), "b": words("tablespoon; yard; quart; fortnight; league")},
        swap={"a": "unit", "b": "unit"}, turn=[("a", "b")], count=16,
    ),
    Pattern(
        ["Who was {c}'s {r} in {y}?", "In {y}, who was {c}'s {r}?", "Who was the {r} of {c} in {y}?"],
        {"c": words("Portugal; Sweden; Ghana; Argentina; Iceland; Nepal"), "r": words("prime minister; finance minister; head of state; foreign secretary"), "y": words("1987; 1994; 2003; 2011")},
        swap={"c": "entity", "r": "entity", "y": "date"}, ask=[("question", ["Why was {c}'s {r} famous in {y}?"])], count=36,
    ),
    Pattern(
        ["Does {a} {v} {b}?", "Do you know whether {a} does {v} {b}?", "Does {a} really {v} {b}?"],
        {"a": words("rust; chlorine; the fungus; salt water; the enzyme"), "b": words("steel; ammonia; the algae; concrete; the protein"), "v": words("damage; attract; weaken; replace")},
        swap={"v": "action", "b": "entity"}, turn=[("a", "b")], ask=[("negation", ["Why does {a} not {v} {b}?", "Does {a} not {v} {b} anymore?"])], count=24,
    ),
    Pattern(
        ["What does a {s} {o} cost in {c}?", "How much does a {s} {o} cost in {c}?", "How much is a {s} {o} in {c}?"],
        {"s": words("weekly; monthly; single; annual; second-hand"), "o": words("bus pass; parking permit; museum card; fishing licence"), "c": words("Lisbon; Geneva; Dublin; Utrecht; Tallinn")},
        swap={"s": "adjective", "o": "entity", "c": "entity"}, ask=[("question", ["Where do I buy a {s} {o} in {c}?"])], count=36,
    ),
    Pattern(
        ["I have {n} {a} and {m} {b}. What can I cook?", "What can I cook with {n} {a} and {m} {b}?", "What could I cook if I have {n} {a} and {m} {b}?"],
        {"n": words("2|two; 4|four; 6|six"), "m": words("3|three; 5|five; 7|seven"), "a": words("carrots; eggs; leeks"), "b": words("potatoes; onions; courgettes|zucchini")},
        swap={"n": "number", "m": "number", "a": "entity"}, turn=[("n", "m")], ask=[("negation", ["What can't I cook with {n} {a} and {m} {b}?"])], count=20,
    ),
    Pattern(
        ["Translate the word {w} to {l}.", "Please translate the word {w} into {l}.", "Can you translate the word {w} to {l}?"],
        {"w": words("lighthouse; harvest; stubborn; thimble"), "l": words("Dutch; Turkish; Polish; Greek; Portuguese")},
        swap={"w": "entity", "l": "form"}, ask=[("instruction", ["Define the word {w} in {l}.", "Spell the word {w} in {l}."])], count=18,
    ),
    Pattern(
        ["Am I covered if {a} hits {b}?", "If {a} hits {b}, am I covered?", "Would I be covered if {a} hits {b}?"],
        {"a": words("my drone; a cyclist; a falling tree; a lorry"), "b": words("a pedestrian; my fence; a parked van; the window")},
        swap={"a": "entity", "b": "entity"}, turn=[("a", "b")], ask=[("negation", ["Am I not covered if {a} hits {b}?"]), ("scope", ["Am I covered only if {a} hits {b}?"])], count=16,
    ),
    Pattern(
        ["What is the {q} {o} of the {m}?", "What's the {m}'s {q} {o}?", "Which is the {q} {o} of the {m}?"],
        {"q": words("top; lowest; recommended; rated"), "o": words("payload; voltage; cruising altitude; tyre pressure"), "m": words("X200; MK-7; Falcon 3; B52")},
        swap={"q": "adjective", "o": "entity", "m": "entity"}, count=30,
    ),
    Pattern(
        ["May staff {v} {w} {e}?", "Is staff allowed to {v} {w} {e}?", "Are employees permitted to {v} {w} {e}?"],
        {"v": words("smoke; eat; make phone calls; park"), "w": words("inside; outside; behind"), "e": words("the warehouse; the canteen; the main gate")},
        swap={"v": "action", "w": "opposite", "e": "entity"}, count=20,
    ),
    Pattern(
        ["My order of {d} hasn't arrived yet. What now?", "What now? My order of {d} has not arrived yet.", "My {d} order still hasn't arrived, what should I do now?"],
        {"d": words("March 3; 12 April; June 21st; 2 September; November 30")},
        swap={"d": "date"}, ask=[("negation", ["My order of {d} has arrived. What now?"]), ("action", ["My order of {d} arrived broken. What now?"])], count=10,
    ),
    Pattern(
        ["Is it cheaper to fly from {a} to {b} in {s}?", "In {s}, is it cheaper to fly from {a} to {b}?", "Would it be cheaper to fly from {a} to {b} in {s}?"],
        {"a": words("Riga; Tunis; Havana; Seville"), "b": words("Malta; Nairobi; Montreal; Sofia"), "s": words("spring; autumn|fall; winter; January")},
        swap={"a": "entity", "b": "entity", "s": "date"}, turn=[("a", "b")], ask=[("opposite", ["Is it more expensive to fly from {a} to {b} in {s}?"])], count=28,
    ),
    Pattern(
        ["Which {k} did {p} {v} first?", "What was the first {k} that {p} did {v}?", "What {k} did {p} {v} first?"],
        {"k": words("film|movie; novel; opera; play"), "p": words("Kurosawa; Puccini; Ibsen; Atwood"), "v": words("publish; direct; finish; translate")},
        swap={"k": "entity", "p": "entity", "v": "action"}, ask=[("opposite", ["Which {k} did {p} {v} last?"]), ("number", ["What was the second {k} that {p} did {v}?"])], count=24,
    ),
]

PATTERNS = {"tuning": TUNING, "test": TEST}
