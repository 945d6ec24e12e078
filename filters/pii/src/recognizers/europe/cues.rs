//! Cues that several states share: what stands on a passport is looked for under the word of any language.

use crate::cues::Cues;

#[rustfmt::skip]
pub(super) static PASSPORT: Cues = Cues(&[
    "passport", "passports", "passport number", "passport no", "passport nr", "passport id", "ppt no",
    "travel document", "travel document number", "reisepass", "reisepassnummer", "reisepass nr", "pass nr",
    "passnummer", "passnr", "reisedokument", "passeport", "numéro de passeport", "document de voyage", "pasaporte",
    "número de pasaporte", "passaporto", "numero passaporto", "passaporte", "número do passaporte", "paspoort",
    "paspoortnummer", "reisdocument", "passin numero", "passinumero", "passport numero", "pasnummer", "paszport", "paszportu",
    "numer paszportu", "cestovní pas", "číslo pasu", "cestovný pas", "útlevél", "útlevélszám", "pașaport",
    "pașaportul", "putovnica", "putovnice", "broj putovnice", "pasoš", "broj pasoša", "potni list",
    "številka potnega lista", "διαβατήριο", "διαβατηρίου", "αριθμός διαβατηρίου", "pasas", "paso numeris",
    "pases numurs", "passinumber", "vegabréf", "паспорт", "ПАСПОРТ", "паспорта", "номер паспорта",
    "серия и номер паспорта", "загранпаспорт", "закордонний паспорт", "пашпарт",
    "pass no", "passno", "pass number", "passport document", "seria pașaportului", "serie pașaport",
    "seria și numărul pașaportului", "număr pașaport", "numărul pașaportului", "pas č", "č pasu", "paspoortnr",
    "paspoort nr", "pasnr", "pas nr", "pas nummer", "reisepassnr", "reisepass nummer", "passets nummer", "passin nro",
    "passi nro", "paszport nr", "seria i numer paszportu", "n de passeport", "numéro passeport", "passeport no",
    "passeport n", "n passaporto", "passaporto n", "n pasaporte", "n de pasaporte", "num pasaporte", "útlevél száma",
    "útlevele", "αρ διαβατηρίου", "номер на паспорт", "паспорт номер", "задграничен паспорт", "номер паспорту",
    "паспорту", "vegabréfsnúmer", "vegabref", "pasošu", "pasoša", "putovnica broj", "št potnega lista",
]);

#[rustfmt::skip]
pub(super) static LICENCE: Cues = Cues(&[
    "driving licence", "driving license", "driving licence number", "driver licence", "driver license",
    "drivers licence", "drivers license", "driver s licence", "driver s license", "driver number", "dvla",
    "dvla number", "licence number", "license number", "licence no", "license no", "dl", "dl no", "dl number",
    "führerschein", "fuehrerschein", "führerscheinnummer", "fuehrerscheinnummer", "führerschein nr",
    "fuehrerschein nr", "fahrerlaubnis", "führerausweis", "fuehrerausweis", "lenkberechtigung",
    "permis de conduire", "permis", "numéro de permis", "permiso de conducir", "carnet conducir",
    "permiso conducir", "permiso conducción", "licencia conducir", "carne conducir", "permis conduire", "n permis",
    "patente guida", "carta condução", "num permis", "permiso de conducción", "carnet de conducir",
    "carné de conducir", "licencia de conducir", "patente di guida", "patente", "numero patente",
    "carta de condução", "título de condução", "rijbewijs", "rijbewijsnummer", "körkort", "koerkort",
    "körkortsnummer", "koerkortsnummer", "førerkort", "foererkort", "forerkort", "førerkortnummer",
    "foererkortnummer", "forerkortnummer", "kørekort", "koerekort", "korekort", "kørekortnummer", "koerekortnummer",
    "korekortnummer", "ajokortti", "ajokortin numero", "prawo jazdy", "prawa jazdy", "řidičský průkaz",
    "řidičského průkazu", "vodičský preukaz", "vodičského preukazu", "jogosítvány", "vezetői engedély",
    "permis de conducere", "vozačka dozvola", "vozačke dozvole", "vozniško dovoljenje", "vozniškega dovoljenja",
    "δίπλωμα οδήγησης", "άδεια οδήγησης", "vairuotojo pažymėjimas", "vairuotojo pažymėjimo", "vadītāja apliecība",
    "vadītāja apliecības", "juhiluba", "juhiloa number", "ökuskírteini", "шофьорска книжка",
    "свидетелство за управление", "водительское удостоверение", "водительского удостоверения", "водительские права",
    "посвідчення водія",
]);

#[rustfmt::skip]
pub(super) static IDENTITY_CARD: Cues = Cues(&[
    "identity card", "identity card number", "identity document", "identity number", "id card", "id card number",
    "id card no", "id number", "id no", "id nr", "idcard", "national id", "national id number", "national identity",
    "national identification", "identification card", "eid", "personalausweis", "personalausweisnummer", "ausweis",
    "ausweisnummer", "ausweis nr", "perso", "identitätskarte", "identitaetskarte", "dokumentennummer",
    "carte d identité", "carte nationale d identité", "carte identité", "cni", "cnie", "pièce d identité",
    "titre de séjour", "carte de séjour", "residence permit", "residence card", "aufenthaltstitel",
    "documento de identidad", "carta d identità", "carta identità", "identità", "identité", "documento d identità", "documento di identità",
    "cie", "numero documento", "identiteitskaart", "identiteitskaartnummer", "identiteitsbewijs", "documentnummer",
    "dowód osobisty", "dowodu osobistego", "dowód", "nr dowodu", "seria i numer dowodu", "id kort", "idkort",
    "nationellt id kort", "legitimation", "legitimationsnummer", "henkilökortti", "henkilökortin numero",
    "občanský průkaz", "občanského průkazu", "číslo op", "občiansky preukaz", "občianskeho preukazu",
    "személyi igazolvány", "személyazonosító igazolvány", "személyi", "okmányazonosító", "carte de identitate",
    "buletin", "act de identitate", "seria și numărul", "лична карта", "личната карта", "osobna iskaznica",
    "osobne iskaznice", "lična karta", "lične karte", "osebna izkaznica", "osebne izkaznice", "ταυτότητα",
    "αριθμός ταυτότητας", "δελτίο ταυτότητας", "αδτ", "ΑΔΤ", "asmens tapatybės kortelė", "tapatybės kortelė",
    "personas apliecība", "id karte", "id kaart", "isikutunnistus", "nafnskírteini", "удостоверение личности",
    "посвідчення особи", "паспорт", "ПАСПОРТ",
]);

/// Words that name a plate. Plates of a form that other things have too need one of these.
#[rustfmt::skip]
pub(super) static PLATE: Cues = Cues(&[
    "plate", "plates", "plate number", "plate no", "number plate", "numberplate", "number plates", "license plate",
    "licence plate", "license plates", "licence plates", "registration plate", "registration number",
    "vehicle registration", "vehicle registration mark", "vehicle reg", "car registration", "car reg", "reg number",
    "reg no", "reg", "vrm", "vrn", "kennzeichen", "kfz kennzeichen", "kfz", "autokennzeichen",
    "amtliches kennzeichen", "nummernschild", "autonummer", "kontrollschild", "immatriculation", "plaque",
    "plaque d immatriculation", "immatriculé", "immatriculée", "matrícula", "placa", "targa", "targato", "targata",
    "kenteken", "kentekenplaat", "nummerplaat", "tablica rejestracyjna", "numer rejestracyjny", "nr rejestracyjny",
    "nr rej", "rejestracja", "tablice", "tablicy", "registreringsnummer", "regnr", "reg nr", "regnummer",
    "reg nummer", "registreringsskylt", "nummerplade", "kjennemerke", "skiltnummer", "rekisterinumero",
    "rekisteritunnus", "rekisterikilpi", "spz", "rz", "registrační značka", "poznávací značka",
    "evidenčné číslo vozidla", "ečv", "rendszám", "rendszámtábla", "număr de înmatriculare",
    "numărul de înmatriculare", "nr înmatriculare", "регистрационен номер", "рег номер", "registracija",
    "registarska oznaka", "registarske oznake", "registrska številka", "registrska tablica", "tablica", "πινακίδα",
    "αριθμός κυκλοφορίας", "valstybinis numeris", "valstybinis nr", "numura zīme", "reģistrācijas numurs",
    "numbrimärk", "registreerimisnumber", "skráningarnúmer", "bílnúmer", "госномер", "гос номер", "номерной знак",
    "регистрационный знак", "номерний знак", "держномер",
    "car plate", "plate num", "plateno", "lpn", "vehicle plate", "license plate number", "licence plate number",
    "license plate no", "licence plate no", "registration plates", "licenseplate", "kraftfahrzeugkennzeichen",
    "fahrzeugkennzeichen", "kfz kz", "kfzkennzeichen", "kennz", "numéro d immatriculation", "n d immatriculation",
    "immat", "numero di targa", "numero targa", "targa del veicolo", "targa auto", "n targa", "matrícula del coche",
    "placa de matrícula", "número de matrícula", "chapa de matrícula", "registreringsnr", "bilskilt",
    "registreringsskilt", "bilens registreringsnummer", "nummerplaten", "rekisteri", "registrácia", "značka",
    "reg značka", "poznávacia značka", "registarska tablica", "registarski broj", "registarski", "номер машины",
    "номер авто", "номер автомобиля", "автомобильный номер", "номер автомобіля", "номер на кола", "αριθμός πινακίδας",
    "πινακίδα κυκλοφορίας", "nr de înmatriculare", "înmatriculare", "nr auto", "plăcuță", "forgalmi rendszám",
    "rendszáma", "numerių ženklai", "auto number", "bil nr",
]);

/// Words that name a plate or a vehicle, for plates whose form is rather their own.
#[rustfmt::skip]
pub(super) static VEHICLE: Cues = Cues(&[
    "plate", "plates", "plate number", "plate no", "number plate", "numberplate", "number plates", "license plate",
    "licence plate", "license plates", "licence plates", "registration plate", "registration number",
    "vehicle registration", "vehicle registration mark", "vehicle reg", "car registration", "car reg", "reg number",
    "reg no", "reg", "vrm", "vrn", "kennzeichen", "kfz kennzeichen", "kfz", "autokennzeichen",
    "amtliches kennzeichen", "nummernschild", "autonummer", "kontrollschild", "immatriculation", "plaque",
    "plaque d immatriculation", "immatriculé", "immatriculée", "matrícula", "placa", "targa", "targato", "targata",
    "kenteken", "kentekenplaat", "nummerplaat", "tablica rejestracyjna", "numer rejestracyjny", "nr rejestracyjny",
    "nr rej", "rejestracja", "tablice", "tablicy", "registreringsnummer", "regnr", "reg nr", "regnummer",
    "reg nummer", "registreringsskylt", "nummerplade", "kjennemerke", "skiltnummer", "rekisterinumero",
    "rekisteritunnus", "rekisterikilpi", "spz", "rz", "registrační značka", "poznávací značka",
    "evidenčné číslo vozidla", "ečv", "rendszám", "rendszámtábla", "număr de înmatriculare",
    "numărul de înmatriculare", "nr înmatriculare", "регистрационен номер", "рег номер", "registracija",
    "registarska oznaka", "registarske oznake", "registrska številka", "registrska tablica", "tablica", "πινακίδα",
    "αριθμός κυκλοφορίας", "valstybinis numeris", "valstybinis nr", "numura zīme", "reģistrācijas numurs",
    "numbrimärk", "registreerimisnumber", "skráningarnúmer", "bílnúmer", "госномер", "гос номер", "номерной знак",
    "регистрационный знак", "номерний знак", "держномер", "registration", "registered", "vehicle", "vehicles",
    "car", "cars", "van", "lorry", "truck", "motorbike", "motorcycle", "taxi", "parked", "parking", "dvla", "mot",
    "v5c", "fahrzeug", "auto", "wagen", "pkw", "lkw", "voiture", "véhicule", "camion", "moto", "carte grise",
    "coche", "vehículo", "viatura", "carro", "veículo", "automóvel", "automobile", "macchina", "veicolo",
    "voertuig", "samochód", "pojazd", "pojazdu", "rejestracyjny", "rejestracyjna", "bil", "bilen", "fordon",
    "køretøj", "koeretoej", "koretoj", "kjøretøy", "kjoeretoey", "kjoretoy", "ajoneuvo", "vozidlo", "vozidla",
    "gépjármű", "autó", "mașina", "înmatriculare", "autoturism", "vozilo", "registarska", "registrska", "όχημα",
    "автомобил", "автомобиль", "машина", "автомобіль",
    "car plate", "plate num", "vehicle plate", "license plate number", "licence plate number", "license plate no",
    "licence plate no", "kraftfahrzeugkennzeichen", "fahrzeugkennzeichen", "zulassung", "fahrzeugschein",
    "fahrzeugbrief", "zulassungsbescheinigung", "numéro d immatriculation", "n d immatriculation", "immat",
    "numero di targa", "numero targa", "numéro de plaque", "matrícula del coche", "registreringsnr", "bilskilt",
    "bilens registreringsnummer", "номер машины", "номер авто", "номер автомобиля", "номер автомобіля", "logbook",
    "log book", "insured vehicle", "rego", "plateno", "nr de înmatriculare", "nr auto", "înmatriculării",
    "πινακίδα κυκλοφορίας", "registarska tablica", "lpn",
]);

#[rustfmt::skip]
pub(super) static HEALTH_CARD: Cues = Cues(&[
    "ehic", "ghic", "european health insurance card", "european health card", "health insurance card",
    "health insurance card number", "health insurance", "health insurance number", "health card",
    "health card number", "insurance card", "krankenversicherungskarte", "versichertenkarte", "gesundheitskarte",
    "ekvk", "kennnummer der karte", "europäische krankenversicherungskarte",
    "europaeische krankenversicherungskarte", "ceam", "carte européenne d assurance maladie", "carte vitale",
    "carte d assurance maladie", "tse", "tarjeta sanitaria", "tarjeta sanitaria europea",
    "tarjeta sanitaria individual", "tsi", "cip", "cip sns", "código de identificación personal",
    "número de tarjeta sanitaria", "team", "tessera sanitaria", "numero tessera sanitaria",
    "tessera europea di assicurazione malattia", "cartão europeu de seguro de doença", "cesd",
    "europese ziekteverzekeringskaart", "ezvk", "ekuz", "europejska karta ubezpieczenia zdrowotnego", "eu kort",
    "europeiska sjukförsäkringskortet", "europeiska sjukfoersaekringskortet", "sjukförsäkringskort",
    "sjukfoersaekringskort", "det blå eu sygesikringskort", "det blaa eu sygesikringskort",
    "det bla eu sygesikringskort", "europeisk helsetrygdkort", "helsetrygdkort",
    "eurooppalainen sairaanhoitokortti", "evropský průkaz zdravotního pojištění", "ehpz",
    "európsky preukaz zdravotného poistenia", "európai egészségbiztosítási kártya", "card european de asigurări",
    "card de sănătate", "cid card", "европейска здравноосигурителна карта", "ευρωπαϊκή κάρτα ασφάλισης",
]);

#[rustfmt::skip]
pub(super) static VAT: Cues = Cues(&[
    "vat", "vat no", "vat number", "vat id", "vat reg", "vat reg no", "vat registration", "vat registration number",
    "vatin", "tax id", "tax number", "tax identification number", "tin", "tva", "numéro de tva",
    "tva intracommunautaire", "iva", "nif iva", "nif", "p iva", "piva", "partita iva", "ust id", "ust idnr",
    "ust id nr", "ust identifikationsnummer", "ustid", "ustidnr", "umsatzsteuer id",
    "umsatzsteuer identifikationsnummer", "umsatzsteueridentifikationsnummer", "uid", "uid nummer", "btw",
    "btw nummer", "btw id", "btw nr", "moms", "momsnummer", "momsregistreringsnummer", "momsnr", "vat nummer",
    "alv", "alv numero", "alv tunniste", "nip", "nip ue", "dič", "ič dph", "dph", "áfa", "közösségi adószám",
    "adószám", "cod tva", "cif", "cui", "cod fiscal", "ддс", "ДДС", "ддс номер", "pdv", "pdv id broj", "ddv",
    "id za ddv", "id številka za ddv", "φπα", "ΦΠΑ", "αφμ", "ΑΦΜ", "afm", "pvm", "pvm mokėtojo kodas", "pvn",
    "pvn numurs", "kmkr", "käibemaks", "käibemaksukohustuslase number", "cvr", "cbe", "kbo", "bce",
]);
