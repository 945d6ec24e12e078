//! Words that say that a number is a telephone number.

use crate::cues::Cues;

/// Words that are said of nothing else.
#[rustfmt::skip]
pub(super) static PHONE: Cues = Cues(&[
    // English, and names of columns and keys
    "phone", "phones", "telephone", "telephones", "tel", "tel no", "tel nr", "tel number", "telno", "ph no",
    "phone no", "phone nr", "phone num", "phone number", "phone numbers", "telephone number", "telephone no",
    "mobile no", "mobile number", "mobile num", "mobile phone", "mob no", "cell phone", "cellphone", "cell no",
    "cell number", "cellular", "msisdn", "whatsapp", "whats app", "fax", "fax no", "fax number", "telefax",
    "facsimile", "hotline", "helpline", "landline", "toll free", "tollfree", "contact no", "contact number",
    "contact phone", "contact num", "callback number", "call back number", "direct line", "direct dial",
    "switchboard", "sms number", "sms to", "text me", "text us", "text him", "text her", "text them", "call me",
    "call us", "call him", "call her", "call them", "phone me", "ring me", "reach me", "reach me at", "reach me on",
    "reach him at", "reach her at", "reach him on", "reach her on", "reach them on", "answering at", "answering on",
    "stop receiving messages to", "caller id", "dial in", "dialin", "emergency contact", "home phone",
    "work phone", "office phone", "business phone", "day phone", "daytime phone", "evening phone", "primary phone",
    "telegram number", "viber", "wechat", "pager", "voicemail", "subscriber number", "number to call",
    // German, Dutch
    "telefon", "telefonnummer", "telefonnr", "telefon nr", "tel nummer", "mobilnummer", "mobiltelefon", "mobilfunk",
    "mobilfunknummer", "handynummer", "handynr", "handy nr", "rufnummer", "ruf nr", "festnetz", "faxnummer",
    "durchwahl", "rückrufnummer", "anrufen unter", "erreichbar unter", "ruf mich an", "fernsprecher", "natel",
    "telefoon", "telefoonnummer", "telefoonnr", "mobiel", "mobiele nummer", "mobiel nummer", "gsm nummer", "gsm nr",
    "bel me", "bel mij", "bereikbaar op", "vaste lijn",
    // French
    "téléphone", "téléphonique", "numéro de téléphone", "n° de téléphone", "tél", "numéro de portable",
    "mobile perso", "télécopie", "télécopieur", "appelez moi", "appelez nous", "appelez le", "appelle moi",
    "joignable au", "contactez nous au", "numéro vert", "ligne directe", "standard téléphonique",
    // Spanish, Portuguese, Catalan, Galician
    "teléfono", "teléfonos", "telf", "tlf", "tfno", "número de teléfono", "móvil", "número de móvil", "celular",
    "número de celular", "teléfono fijo", "llámame", "llame al", "llama al", "llámeme", "llámanos", "marque el",
    "whatsapp al", "telefone", "número de telefone", "telemóvel", "número de telemóvel", "fone", "telefone fixo",
    "ligue para", "me liga", "ligue me", "contato telefônico", "telèfon", "mòbil", "teléfono móbil",
    // Italian, Romanian
    "telefono", "numero di telefono", "n telefono", "cellulare", "numero di cellulare", "numero cellulare",
    "recapito telefonico", "chiamami", "chiamami al", "chiamare il", "telefonare al", "telefonami", "linea fissa",
    "numar de telefon", "număr de telefon", "nr telefon", "telefon mobil", "sunați la",
    // Nordic
    "telefonnummer", "tlf nr", "mobilnr", "mobilnummer", "telefonnumret", "ring mig", "ring meg", "ring til",
    "telefonnr", "puhelin", "puhelinnumero", "puh", "matkapuhelin", "kännykkä", "soita", "gsm numero", "sími",
    "símanúmer", "farsími",
    // Polish, Czech, Slovak, Slovene, Croatian, Serbian, Bosnian
    "numer telefonu", "nr telefonu", "nr tel", "komórka", "telefon komórkowy", "numer komórkowy", "zadzwoń",
    "proszę dzwonić", "faks", "telefonní číslo", "tel číslo", "číslo telefonu", "mobilní telefon", "volejte",
    "zavolejte", "telefónne číslo", "zavolajte", "telefonska številka", "telefonska", "gsm številka",
    "broj telefona", "broj mobitela", "mobitel", "nazovite", "pozovite", "телефон", "број телефона", "мобилни",
    // Russian, Ukrainian, Bulgarian, Belarusian
    "номер телефона", "тел", "моб", "мобильный", "мобильный телефон", "сотовый", "номер мобильного", "факс",
    "ватсап", "звоните", "позвоните", "позвони", "перезвоните", "горячая линия", "номер телефону", "мобільний",
    "дзвоніть", "зателефонуйте", "телефонен номер", "мобилен", "обадете се", "тэлефон", "нумар тэлефона",
    // Hungarian, Turkish, Greek, Baltic, Albanian, Estonian
    "telefonszám", "mobilszám", "mobiltelefon", "hívjon", "hívj", "telefon numarası", "telefon no", "cep telefonu",
    "cep tel", "cep numarası", "gsm no", "arayın", "ara beni", "faks no", "τηλέφωνο", "τηλ", "κινητό",
    "αριθμός τηλεφώνου", "φαξ", "καλέστε", "telefonas", "telefono numeris", "mobilus", "skambinkite", "tālrunis",
    "tālruņa numurs", "zvaniet", "numri i telefonit", "telefoni", "celular", "telefoninumber", "mobiilinumber",
    "helistage",
    // Arabic, Persian, Urdu, Hebrew
    "هاتف", "الهاتف", "رقم الهاتف", "رقم هاتف", "رقم هاتفي", "هاتفي", "جوال", "الجوال", "رقم الجوال", "موبايل",
    "رقم الموبايل", "تليفون", "التليفون", "المحمول", "فاكس", "الفاكس", "واتساب", "اتصل", "اتصل بي", "اتصل على",
    "تلفن", "شماره تلفن", "شماره تماس", "موبایل", "شماره موبایل", "شماره همراه", "تلفن همراه", "فون نمبر",
    "موبائل نمبر", "טלפון", "מספר טלפון", "טל", "נייד", "פלאפון", "מספר נייד", "פקס", "התקשר", "התקשרו",
    // Hindi, Bengali, Tamil, Telugu, Marathi, Gujarati, Punjabi
    "फ़ोन", "फोन", "फोन नंबर", "फ़ोन नंबर", "मोबाइल", "मोबाइल नंबर", "मोबाईल", "दूरभाष", "संपर्क नंबर", "व्हाट्सएप",
    "फैक्स", "কল করুন", "ফোন", "ফোন নম্বর", "মোবাইল", "মোবাইল নম্বর", "தொலைபேசி", "தொலைபேசி எண்", "கைபேசி",
    "மொபைல்", "ఫోన్", "ఫోన్ నంబర్", "మొబైల్", "ફોન", "મોબાઇલ", "ਫ਼ੋਨ", "ਮੋਬਾਈਲ",
    // Thai, Vietnamese, Indonesian, Malay, Filipino, Swahili
    "โทร", "โทรศัพท์", "เบอร์โทร", "เบอร์โทรศัพท์", "เบอร์", "มือถือ", "เบอร์มือถือ", "แฟกซ์", "điện thoại",
    "số điện thoại", "sđt", "di động", "số di động", "gọi số", "gọi cho tôi", "telepon", "nomor telepon",
    "no telepon", "no telp", "telp", "nomor hp", "no hp", "ponsel", "nomor wa", "no wa", "hubungi",
    "nombor telefon", "no telefon", "telefon bimbit", "numero ng telepono", "telepono", "tawagan", "simu",
    "nambari ya simu",
    // Chinese, Japanese, Korean
    "电话", "電話", "电话号码", "電話號碼", "手机", "手機", "手机号", "手机号码", "手機號碼", "联系电话", "聯絡電話", "座机", "热线", "熱線", "传真", "傳真",
    "致电", "致電", "拨打", "撥打", "联系方式", "来电", "電話番号", "携帯", "携帯電話", "携帯番号", "固定電話", "ファックス", "ファクス", "連絡先", "お電話", "电联",
    "전화", "전화번호", "휴대폰", "휴대전화", "핸드폰", "휴대폰번호", "연락처", "팩스", "핸드폰번호", "handphone", "phonenum",
    "telnr", "mobile nr", "cell num", "callback", "best number",
]);

/// Words that are said of other things too: they count where they stand directly before the number, or name it.
#[rustfmt::skip]
pub(super) static NEAR: Cues = Cues(&[
    "mobile", "cell", "contact", "contacts", "desk", "my number s", "my number is", "his number",
    "her number", "our number", "their number", "handy", "gsm", "sms", "fon", "ph", "mob", "zap", "portable", "mobil",
    "contacto", "contato", "contatto", "kontakt", "móvel", "portátil",
    "fixo", "recado", "no hp", "nomor hp", "hp no",
]);

/// Words that ask to call: they count where they stand directly before the number, and never as its key.
#[rustfmt::skip]
pub(super) static DIAL: Cues = Cues(&[
    "call", "text", "dial", "ring", "phoning", "calling", "texting", "dialing", "dialling", "appelez", "appeler",
    "appelez le", "appeler le", "llame", "llamar", "llama", "llamar al", "ligue", "ligar para", "chiama",
    "chiamare", "rufen", "anrufen", "bel", "dzwonić", "звонить", "звоните по", "contact me at", "contact us at",
    "contact at", "contact us on", "call at", "call on", "text at", "text on", "reached at", "reached on",
    "reach at", "reachable at", "reachable on", "reach us at", "reach us on", "reach them at", "available at",
    "available on",
]);

/// Words that say where a line ends: they count where they stand directly before a number that is divided.
#[rustfmt::skip]
pub(super) static PLACE: Cues = Cues(&[
    "home", "work", "office", "bureau", "büro", "privat", "fijo", "fixe", "casa", "oficina", "ufficio", "domicile",
]);

/// Words that name other numbers which are written like telephone numbers.
#[rustfmt::skip]
pub(super) static OTHER: Cues = Cues(&[
    "nhs", "nhs number", "nhs no", "nhs id", "utr", "utr number", "unique taxpayer reference", "ssn",
    "social security number", "social security", "sin", "tin", "tax id", "tax number", "tax no", "ein", "npi",
    "abn", "tax file number", "medicare", "medicare number", "insurance number", "patient number", "patient id",
    "health number", "member id", "passport", "passport number", "license number", "licence number",
    "account number", "account no", "acct no", "iban", "routing number", "sort code", "national id", "id number",
    "id card", "nif", "nie", "dni", "cpf", "cnpj", "pesel", "nip", "regon", "aadhaar", "pan", "gstin", "bsn",
    "personnummer", "cpr", "steuernummer", "steuer id", "siren", "siret", "codice fiscale", "partita iva", "rfc",
    "curp", "cuit", "cuil", "rut", "inn", "snils", "инн", "снилс", "身份证号", "身份证", "マイナンバー", "주민등록번호",
    "tc kimlik no", "vkn", "vat number", "vat id",
]);
