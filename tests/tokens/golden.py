"""Made-up texts for the golden counts: sentences of our own in many languages, code, and what breaks tokenizers."""

import json
import random

SENTENCES = {
    "prose": ["The harbour was quiet when the last ferry came in, and nobody noticed the man with the green suitcase.", "Please summarise the attached report in three bullet points for the board.", "It isn't clear whether we'll need more than two weeks; they've asked for an estimate by Friday."],
    "code": ["def total(rows):\n    return sum(row['price'] * row.get('count', 1) for row in rows)\n", "fn main() {\n    let names: Vec<&str> = args.iter().map(|a| a.as_str()).collect();\n    println!(\"{names:?}\");\n}\n", "SELECT u.id, COUNT(*) AS n FROM users u JOIN orders o ON o.user_id = u.id WHERE o.created_at > '2026-01-01' GROUP BY 1;", "<div class=\"row\"><h1>Title</h1><ul><li>One</li></ul></div>"],
    "json": ['{"id": 4711, "name": "lamp", "tags": ["home", "light"], "price": 19.99, "stock": null}', '[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]'],
    "markdown": ["# Setup\n\n1. Run `make run`\n2. Open **http://localhost:8081**\n\n| key | value |\n|---|---|\n| a | 1 |\n"],
    "de": ["Die Überprüfung der Größenordnung dauerte länger als erwartet, weil die Messgeräte fehlten."],
    "fr": ["L'été dernier, nous avons traversé la forêt à vélo, malgré la pluie et les chemins boueux."],
    "pl": ["Wczoraj wieczorem sąsiadka przyniosła świeże pączki i długo opowiadała o podróży."],
    "ja": ["昨日の会議では、来年の予算について話し合いました。", "カタカナとひらがなと漢字を混ぜて書きます。"],
    "zh": ["今天下午我们讨论了新的项目计划,大家都很满意。", "請在星期五之前把報告寄給我。"],
    "ko": ["어제 저녁에 친구들과 함께 맛있는 음식을 먹었습니다."],
    "ru": ["Вчера вечером мы долго гуляли по набережной и говорили о книгах."],
    "uk": ["Сьогодні їхній потяг запізнився на дві години через негоду."],
    "ar": ["ذهبنا أمس إلى السوق واشترينا الفاكهة والخبز الطازج."],
    "hi": ["कल शाम हमने बाज़ार से ताज़ी सब्ज़ियाँ और फल खरीदे।"],
    "th": ["เมื่อวานนี้เราไปตลาดและซื้อผลไม้สดกับขนมปัง"],
    "el": ["Χθες το βράδυ περπατήσαμε στην παραλία και μιλήσαμε για βιβλία."],
    "he": ["אתמול בערב הלכנו לשוק וקנינו פירות ולחם טרי."],
    "numbers": ["2026-11-23T14:05:09.123Z 200 1843 0.532 10.0.12.7", "3.14159, 2.71828, 1.41421, 1.61803", "4111 1111 1111 1111"],
    "emoji": ["Great 🎉🎉 see you 👋🏽 at 8 👨‍👩‍👧 ❤️ ✅"],
    "odd": ["a\u0000b\u0001c\u001b[31mred\u001b[0m", "\u200b\u200d\u00a0x", "e\u0301a\u0308o\u0302", "<bos>hi<start_of_turn>user", "▁▁ a ▁b", ">  </a> > </b>", "\r\n\r\n\t\t x\r", "𝒳𝓎𝔷 𐍈𒀀 \U000e0041", "'ll 'LL 'S don'T", "ﬁﬂ ＡＢＣ １２３ ㍿"],
}
RUNS = ["a", " ", "\n", "\t", "=", "0", "ab", "é", "日", "🙂", " \n", "-", "Z", ". ", "\u0301"]


def main() -> None:
    chance = random.Random(4)
    texts = [(kind, text) for kind, texts in SENTENCES.items() for text in texts]
    texts += [("odd", run * times) for run in RUNS for times in (2, 3, 5, 17, 64, 300)]
    everything = [text for _, text in texts[:44]]
    for kind in SENTENCES:
        for _ in range(5):
            words = " ".join(SENTENCES[kind]).split(" ")
            start = chance.randrange(len(words))
            texts.append((kind, chance.choice([" ", " ", "\n", "  "]).join(words[start:] + words[:start])))
    for _ in range(70):
        texts.append(("mixed", chance.choice(["", " ", "\n\n", "\r\n"]).join(chance.sample(everything, 3))))
    for _ in range(40):
        blocks = [(0x20, 0x7F), (0xA0, 0x24F), (0x370, 0x5FF), (0x900, 0xE7F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0x1F300, 0x1F6FF)]
        low, high = chance.choice(blocks)
        texts.append(("random", "".join(chr(chance.randrange(low, high)) for _ in range(chance.randrange(1, 60)))))
    for number, (kind, text) in enumerate(texts):
        print(json.dumps({"id": number, "kind": kind, "text": text}, ensure_ascii=False))


if __name__ == "__main__":
    main()
