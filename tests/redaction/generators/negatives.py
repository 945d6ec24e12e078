"""Texts that look like personal data and hold none. Nothing in them may be found."""

from __future__ import annotations

import base64
import random
import string
import uuid

from stdnum import casrn, ean, isbn, isin, issn

from .sample import chars, pattern

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits


def _uuid(r: random.Random) -> str:
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


def _isbn13(r: random.Random) -> str:
    body = r.choice(("978", "979")) + pattern(r, "#########")
    return isbn.format(body + ean.calc_check_digit(body)) if r.random() < 0.5 else body + ean.calc_check_digit(body)


def _isbn10(r: random.Random) -> str:
    body = pattern(r, "0########")
    return body + isbn._calc_isbn10_check_digit(body)


def _ean(r: random.Random, size: int) -> str:
    body = pattern(r, "%" + "#" * (size - 2))
    return body + ean.calc_check_digit(body)


def _issn(r: random.Random) -> str:
    body = pattern(r, "%######")
    return f"{body[:4]}-{body[4:]}{issn.calc_check_digit(body)}"


def _date(r: random.Random) -> str:
    y, m, d = r.randint(2021, 2026), r.randint(1, 12), r.randint(1, 28)
    return r.choice((f"{y}-{m:02d}-{d:02d}", f"{m:02d}/{d:02d}/{y}", f"{d:02d}.{m:02d}.{y}"))


def _blob(r: random.Random, head: bytes, size: int) -> str:
    return base64.b64encode(head + r.randbytes(size)).decode()


# family → (values by name, templates)
NUMBERS = {
    "epoch_s": (lambda r: str(r.randint(1_000_000_000, 1_799_999_999)), ("created_at: {v}", '{{"timestamp": {v}, "level": "info"}}', "The epoch {v} is in which year?", "expires={v}; path=/", "[{v}] worker started", "exp {v} iat {v}")),
    "epoch_ms": (lambda r: str(r.randint(1_000_000_000_000, 1_799_999_999_999)), ('{{"ts":{v}}}', "const t = {v};", "at={v} ms", "Convert {v} to a date.", "lastModified: {v}")),
    "epoch_us": (lambda r: str(r.randint(10**15, 18 * 10**14)), ("ts_us={v}", '{{"time_us": {v}}}', "span start {v}")),
    "epoch_ns": (lambda r: str(r.randint(10**18, 18 * 10**17)), ("ts_ns={v}", '"startTimeUnixNano": "{v}"')),
    "uuid": (_uuid, ("request {v} failed", '{{"id": "{v}"}}', "trace_id={v}", "DELETE FROM carts WHERE id = '{v}'", "Look up {v}, please.", "{v}")),
    "uuid_upper": (lambda r: _uuid(r).upper(), ("CLSID {{{v}}}", "GUID: {v}")),
    "git_sha1": (lambda r: chars(r, HEX, 40), ("commit {v}", "git cherry-pick {v}", "Fixed in {v}.", "rev = {v}", "HEAD is now at {v}")),
    "git_short": (lambda r: chars(r, HEX, r.choice((7, 8, 10, 12))), ("commit {v} broke the build", "index {v}..{v} 100644", "reverts {v}")),
    "md5": (lambda r: chars(r, HEX, 32), ("md5sum: {v}  disk.img", "ETag: \"{v}\"", "checksum {v}", "{v}  archive.zip")),
    "sha256": (lambda r: chars(r, HEX, 64), ("sha256:{v}", "image@sha256:{v}", '"checksum": "{v}"', "{v}  linux-6.9.tar.xz")),
    "sri": (lambda r: base64.b64encode(r.randbytes(64)).decode(), ('"integrity": "sha512-{v}"', 'integrity="sha512-{v}"')),
    "version": (lambda r: f"{r.randint(0, 30)}.{r.randint(0, 40)}.{r.randint(0, 90)}", ("version {v}", "upgrade to v{v}", '"react": "^{v}"', "Python {v} on linux", "release-{v}.tar.gz", "kernel {v}-generic")),
    "version_4": (lambda r: f"{r.randint(1, 20)}.{r.randint(0, 9)}.{r.randint(0, 99)}.{r.randint(0, 254)}", ("version {v}", "Chrome version {v}", "AssemblyVersion(\"{v}\")", "driver v{v} installed", "FileVersion: {v}", "firmware version {v} fixes it")),
    "chrome_build": (lambda r: f"{r.randint(90, 140)}.0.{r.randint(4000, 7000)}.{r.randint(10, 200)}", ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v} Safari/537.36",)),
    "order": (lambda r: pattern(r, "%" + "#" * r.randint(7, 11)), ("Order {v} has shipped.", "order number: {v}", '{{"order_id": "{v}", "total": 12}}', "Where is my order #{v}?", "PO {v}", "Bestellnummer {v}", "numéro de commande {v}", "número de pedido {v}")),
    "order_dashed": (lambda r: pattern(r, "###-#######-#######"), ("Order # {v}", "Your order {v} was delivered.")),
    "invoice": (lambda r: r.choice((pattern(r, "2025-######"), pattern(r, "RE-2024-####"), pattern(r, "%#######"))), ("Invoice {v} is overdue.", "invoice_no={v}", "Rechnung {v} vom Mai", "facture n° {v}", "Fattura {v}")),
    "tracking": (lambda r: r.choice((pattern(r, "1Z&&&&&&##########"), pattern(r, "94001%################"[:22]), pattern(r, "@@#########DE"))), ("Tracking number {v}", "UPS tracking: {v}", "Sendungsnummer {v}", "The parcel {v} is in transit.")),
    "ticket": (lambda r: r.choice((pattern(r, "JIRA-####"), pattern(r, "INC#######"), pattern(r, "CVE-2024-#####"), pattern(r, "#%%###"))), ("See ticket {v}.", "{v} was closed as duplicate", "Fixes {v}", "case {v} is assigned to support")),
    "coordinates": (lambda r: f"{r.uniform(-80, 80):.6f}, {r.uniform(-170, 170):.6f}", ("The summit is at {v}.", '"center": [{v}]', "geo:{v}", "lat/lon {v}")),
    "isbn13": (_isbn13, ("ISBN {v}", "ISBN-13: {v}", '{{"isbn": "{v}"}}', "The book (ISBN {v}) is out of print.")),
    "isbn10": (_isbn10, ("ISBN-10: {v}", "ISBN {v}")),
    "issn": (_issn, ("ISSN {v}", "journal, ISSN {v}")),
    "ean": (lambda r: _ean(r, 13), ("EAN {v}", '{{"ean": "{v}", "stock": 4}}', "barcode: {v}", "GTIN {v}")),
    "upc": (lambda r: _ean(r, 12), ("UPC {v}", "upc: {v}")),
    "price": (lambda r: f"{r.randint(1, 9999):,}.{r.randint(0, 99):02d}", ("It costs ${v}.", "total: {v} EUR", "£{v} per month", '{{"price": "{v}"}}', "we paid € {v} and {v} in fees")),
    "big_number": (lambda r: f"{r.randint(10**8, 10**11):,}", ("The population grew to {v}.", "revenue of {v} dollars", "{v} rows affected")),
    "plain_number": (lambda r: str(r.randint(10**8, 10**11)), ("{v} bytes written", "n = {v}", "Is {v} a prime?", "rows: {v}", "offset {v}", "2 ** 33 != {v}", "count={v}")),
    "date": (_date, ("The meeting is on {v}.", "released {v}", "due_date: {v}", "Rechnung vom {v}", "valid until {v}", "{v} 10:15:00 INFO started", "created: {v}", "Vertragsbeginn {v}")),
    "time": (lambda r: f"{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}", ("at {v} UTC", "duration {v}", "00:00:01 --> {v}", "{v}.123456")),
    "iso_stamp": (lambda r: f"20{r.randint(20, 26)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}T{r.randrange(24):02d}:{r.randrange(60):02d}:00{r.choice(('Z', '+02:00', '.123Z'))}", ("{v} ERROR timeout", '"createdAt": "{v}"', "since={v}")),
    "compact_stamp": (lambda r: f"20{r.randint(20, 26)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randrange(24):02d}{r.randrange(60):02d}{r.randrange(60):02d}", ("backup-{v}.tar.gz", "migration {v}_add_index", "build {v}")),
    "percent": (lambda r: f"{r.uniform(0, 100):.2f}%", ("grew by {v}", "p95 {v}, p99 {v}", "coverage: {v}")),
    "port": (lambda r: str(r.randint(1024, 65535)), ("listening on port {v}", "localhost:{v}", "http://127.0.0.1:{v}/health", "EXPOSE {v}", "--port {v}")),
    "size": (lambda r: str(r.randint(10**6, 10**11)), ("Content-Length: {v}", "{v} bytes", '"size": {v}', "du: {v}")),
    "math": (lambda r: f"{r.randint(10, 99)}-{r.randint(10, 99)}-{r.randint(100, 999)}", ("Compute {v} please.", "What is {v}?", "x = {v}")),
    "doi": (lambda r: f"10.{r.randint(1000, 9999)}/{chars(r, string.ascii_lowercase, 5)}.{r.randint(2000, 2025)}.{r.randint(100000, 999999)}", ("doi:{v}", "https://doi.org/{v}", "DOI {v}")),
    "rfc_number": (lambda r: str(r.randint(700, 9999)), ("RFC {v}", "see RFC {v}, section 4.2", "rfc{v}")),
    "arxiv": (lambda r: f"{r.randint(10, 26):02d}{r.randint(1, 12):02d}.{r.randint(1, 99999):05d}", ("arXiv:{v}", "arxiv.org/abs/{v}")),
    "part_number": (lambda r: r.choice((pattern(r, "@@-####-@"), pattern(r, "###-###-###-##"), pattern(r, "@##&&-###"), pattern(r, "%##-#####-##"))), ("part number {v}", "SKU {v}", "Part no. {v} is out of stock.", "model {v}", "serial: {v}")),
    "range": (lambda r: f"{r.randint(100, 999)}-{r.randint(100, 999)}", ("pages {v}", "rooms {v}", "lines {v} of the file", "between {v} units")),
    "year_range": (lambda r: f"{r.randint(1900, 1999)}-{r.randint(2000, 2026)}", ("the period {v}", "{v} season", "World history, {v}")),
    "hex_colour": (lambda r: "#" + chars(r, HEX, 6), ("color: {v};", "background: {v}", '"primary": "{v}"')),
    "hex_number": (lambda r: "0x" + chars(r, HEX, r.choice((8, 16))), ("segfault at {v}", "addr={v}", "flags = {v}")),
    "eth_tx": (lambda r: "0x" + chars(r, HEX, 64), ("tx {v} confirmed", '"blockHash": "{v}"')),
    "snowflake": (lambda r: str(r.randint(10**17, 10**18)), ("tweet {v}", '"message_id": "{v}"', "snowflake {v}")),
    "s3_etag": (lambda r: chars(r, HEX, 32) + "-12", ("ETag: {v}", "multipart etag {v}")),
    "arn": (lambda r: pattern(r, "############"), ("arn:aws:iam::{v}:role/deploy", "arn:aws:lambda:eu-west-1:{v}:function:resize", "{v}.dkr.ecr.eu-west-1.amazonaws.com/app")),
    "phone_like": (lambda r: pattern(r, "%#-##-##-##"), ("pattern {v} on the loom", "combination {v}", "sizes {v}")),
    "ipv6_like": (lambda r: f"{r.randint(10, 23)}:{r.randint(10, 59)}:{r.randint(10, 59)}", ("std::vector<int> at {v}", "uptime {v}", "a::b::c {v}")),
    "sequence": (lambda r: " ".join(str(r.randint(10, 99)) for _ in range(8)), ("{v}", "Sort these: {v}", "winning numbers {v}")),
    "digits_table": (lambda r: "\t".join(str(r.randint(1000, 9999)) for _ in range(4)), ("{v}\n{v}\n", "id\tq1\tq2\tq3\n{v}")),
    "float": (lambda r: f"{r.random():.15f}", ("loss={v}", "pi is not {v}", "[{v}, {v}]", "weights: {v} {v}")),
    "lat_metric": (lambda r: f"{r.randint(100, 999)}.{r.randint(10, 99)}", ("took {v} ms (min {v}, max {v})", "rate {v} req/s")),
    "job_id": (lambda r: f"job-{r.randint(10**8, 10**10)}", ("{v} finished", "pod/{v}-abcde evicted")),
    "docker_id": (lambda r: chars(r, HEX, 12), ("CONTAINER ID {v}", "docker logs {v}")),
    "base64_png": (lambda r: _blob(r, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 900), ("<img src=\"data:image/png;base64,{v}\">", "url(data:image/png;base64,{v})")),
    "base64_jpeg": (lambda r: _blob(r, b"\xff\xd8\xff\xe0\0\x10JFIF", 900), ('{{"type":"image_url","image_url":{{"url":"data:image/jpeg;base64,{v}"}}}}',)),
    "css_selector": (lambda r: "css-" + chars(r, string.ascii_lowercase + string.digits, 7), ("<div class=\"{v} sc-{v}\">", ".{v}{{margin:0}}")),
    "etag_path": (lambda r: chars(r, HEX, 20), ("/static/app.{v}.js", "main.{v}.chunk.css")),
    "sku_gs1": (lambda r: pattern(r, "##############"), ("(01){v}", "SSCC {v}", "pallet {v}")),
    "cas": (lambda r: casrn.validate((lambda b: b + casrn.calc_check_digit(b))(pattern(r, "%####-##-"))), ("CAS {v}", "CAS number {v}, 98 % pure")),
    "isin": (lambda r: (lambda b: b + isin.calc_check_digit(b))("DE" + pattern(r, "000#####") + "0"), ("ISIN {v}", "the fund {v}")),
    "flight": (lambda r: r.choice(("LH", "BA", "AF", "DL", "UA")) + r.choice(("", " ")) + pattern(r, "%###"), ("Flight {v} departs at 10:40.", "{v} to Oslo is delayed")),
    "model_names": (lambda r: r.choice(("GTX ", "RTX ", "CR", "Boeing 7", "HD ", "NGC ", "BMW 3", "ISO ", "EN ", "MIL-STD-", "Airbus A3", "DIN ", "LM", "IEC ")) + pattern(r, "%###"), ("Is {v} still made?", "{v} compared with its successor", "according to {v}", "{v}-2 rev B")),
    "plate_like": (lambda r: r.choice((pattern(r, "@@@ ###"), pattern(r, "@@##@@@"), pattern(r, "@@-###-@@"), pattern(r, "@@@-####"))), ("Error {v} occurred.", "room {v}", "aisle {v}", "code {v} means overheating", "course {v}, two credits")),
    "passport_like": (lambda r: r.choice((pattern(r, "@########"), pattern(r, "@@#######"), pattern(r, "%########"))), ("lot {v}", "batch {v} recalled", "asset tag {v}", "build {v} passed", "inventory no. {v}")),
    "postcode": (lambda r: pattern(r, "%####"), ("in the {v} area", "zone {v}", "row {v}")),
    "bible": (lambda r: f"{r.randint(1, 150)}:{r.randint(1, 40)}-{r.randint(41, 60)}", ("Psalm {v}", "see Isaiah {v}")),
    "scores": (lambda r: f"{r.randint(0, 9)}-{r.randint(0, 9)}, {r.randint(0, 9)}-{r.randint(0, 9)}", ("won {v}", "results: {v}; {v}")),
    "nginx": (lambda r: str(r.randint(200, 90000)), ('"GET /index.html HTTP/1.1" 200 {v} "-" "curl/8.5.0" rt=0.0{v}', "upstream timed out after {v} bytes", "worker process {v} exited with code 0")),
    "k8s": (lambda r: chars(r, string.ascii_lowercase + string.digits, 10), ("pod/api-{v}-x7k2p 1/1 Running 0 {v}", "replicaset.apps/web-{v}", "resourceVersion: \"48213377\" # {v}")),
    "lockfile": (lambda r: chars(r, HEX, 64), ('[[package]]\nname = "serde"\nversion = "1.0.219"\nchecksum = "{v}"', "sha256 = \"{v}\"", "h1:{v}=")),
    "stack": (lambda r: chars(r, HEX, 16), ("#0 0x{v} in main () at main.c:42", "rip: 0x{v} rsp: 0x{v}", "thread 'main' panicked at src/lib.rs:{v}")),
    "trace": (lambda r: chars(r, HEX, 32), ("traceparent: 00-{v}-00f067aa0ba902b7-01", '"traceId": "{v}"', "x-b3-traceid: {v}", "x-request-id: {v}")),
    "word_and_number": (lambda r: pattern(r, "%########"), ("The pan weighs {v} mg.", "tin production: {v} tonnes", "the run took {v} cycles", "fin {v}", "pass {v} of many", "case {v} in the queue", "plates: {v} sold", "tax revenue was {v} dollars", "license server handled {v} calls", "routing {v} packets per hour", "account for {v} of them", "card index {v}", "health check {v} ok", "born again {v} times", "passport stamps: {v} a year", "wallet app has {v} users", "phone sales reached {v}", "social media reached {v}")),
    "lottery": (lambda r: pattern(r, "###-###-####-#"), ("raffle code {v}",)),
}
TEXTS = {
    "env_lookup": ("password = os.environ['DB_PASSWORD']", 'api_key = os.getenv("OPENAI_API_KEY")', "const token = process.env.GITHUB_TOKEN;", "password: ${DB_PASSWORD}", "token: ${{ secrets.DEPLOY_TOKEN }}", "API_KEY=$API_KEY", "secret = settings.SECRET_KEY", "password = getpass.getpass()", "apiKey: config.get('apiKey')", "PASSWORD={{ vault_password }}", 'client_secret = var.client_secret', "token=$(cat /run/secrets/token)", "password = input('Password: ')", "self.password = password", "password: str | None = None", "def login(username: str, password: str) -> Token:", 'if (password !== confirmPassword) {', "secretName: my-app-tls", "passwordField.setText(\"\");", "const [password, setPassword] = useState('');", "SECRET_KEY = env('SECRET_KEY')", "password = hash_password(raw_password)", "tokenizer = AutoTokenizer.from_pretrained(model_name)", "max_tokens: 4096", "token_type: bearer", "password_hash = bcrypt.hashpw(password, salt)", "access_token = response.json()['access_token']", 'Authorization: Bearer $TOKEN', "Authorization: Bearer <token>", "curl -u $USER:$PASS https://api.northwind.dev/", "https://$USER:$PASSWORD@git.northwind.dev/x.git"),
    "placeholders": ("api_key: <your-api-key>", "API_KEY=your_api_key_here", 'token = "xxxxxxxxxxxxxxxxxxxxxxxx"', "password: ********", 'secret: "REPLACE_ME"', "OPENAI_API_KEY=sk-...", "key: <insert key here>", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "AKIA****************", "token: [REDACTED]", "password: \"\"", "password: null", "api_key=None", "secret: TODO", "password: ${{ inputs.password }}", "SSN: XXX-XX-XXXX", "SSN: ***-**-****", "phone: (xxx) xxx-xxxx", "card: **** **** **** ****", "IBAN: DE__ ____ ____ ____", "email: <email>", "you@domain", "name@", "[EMAIL_1] wrote to [EMAIL_2] about [CREDIT_CARD_1].", "Dear [PERSON_1], your SSN [NATIONAL_ID_1] is on file."),
    "talk_about": ("What is our policy on storing the SSN of applicants?", "How do I validate a credit card number in JavaScript?", "The password must have at least 12 characters and one digit.", "Passwords are hashed with bcrypt; API keys rotate every 90 days.", "An IBAN has up to 34 characters and starts with a country code.", "Explain what a passport number is for.", "Write a regex for e-mail addresses.", "My token budget is 4096 tokens.", "The secret to good bread is time.", "He kept the secret for 30 years.", "Forgot your password? Click here.", "The phone number field is required.", "Which date of birth formats does the form accept?", "driver license rules differ between states", "The keyword password is reserved.", "Bank account numbers are never shown in full.", "Our routing number lookup takes 20 ms.", "A NHS number has ten digits.", "Steuer-ID und Steuernummer sind nicht dasselbe.", "¿Qué es el DNI y para qué sirve?", "Le numéro de sécurité sociale comporte 15 chiffres.", "Il codice fiscale ha 16 caratteri.", "The tax ID field takes 9 digits; SSN takes 9 as well.", "passport control took 45 minutes", "license plate recognition with 98.5 % accuracy", "The address bar shows a lock.", "Memory address 0x7ffee4bff5c8 is invalid.", "Dear Sir or Madam,\n\nI write about the position.", "Dear customer, your parcel is on its way.", "Mr. President, members of Congress", "My name is not important.", "I am happy to help with that.", "This is John Deere equipment.", "call me back when the build is green", "My phone is broken and 3 years old.", "She was born in the spring of a leap year.", "The project was born on the web.", "date of birth: unknown", "DOB: N/A", "Name: n/a", "address: none", "SSN: none on file"),
    "network_common": ("http://localhost:3000/", "bind 0.0.0.0:8080", "127.0.0.1 localhost", "ping 127.0.0.1", "netmask 255.255.255.0", "255.255.255.255", "subnet mask 255.255.252.0", "listen [::]:80", "::1 localhost ip6-localhost", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "0.0.0.0/0", "inet6 ::1/128", "std::string::npos", "a::b::c::d", "use std::io::Read;", "10:15:30:45", "aspect 16:9, 4:3, 21:9", "OID 1.3.6.1.4.1.311", "1.2.840.113549.1.1.11", "section 4.3.2.1 of the manual", "§ 12.3.4.5 applies", "Figure 1.2.3.4", "git@github.com:acme/app.git", "npm i @babel/core@7.24.0", "lodash@4.17.21", "user@host:~/src$ ls", "root@ubuntu:/# apt update", "icon@2x.png", "logo@3x.webp", "@media (min-width: 600px)", "@app.route('/users')", "ssh deploy@build", "foo@bar", "me @ home", "image: ghcr.io/acme/app@sha256:abc", "actions/checkout@v4"),
    "prefix_words": ("a sk-shaped curve and a pk-like hook", "sk-learn and sk-image are Python packages", "risk-adjusted-returns-of-the-long-portfolio", "task-oriented-dialogue-systems-for-everyone", "disk-usage-of-the-whole-cluster-today", "ask-me-anything-about-the-new-release-train", "key-value-stores-with-strong-consistency", "key-performance-indicators-for-support", "glossy-paper and glpat-terns", "hf_hub_download and hf_transfer", "npm_config_registry npm_lifecycle_event", "xoxo, see you soon", "AKIAKIAKI was the chant", "pat-a-cake and pat-on-the-back", "dapipe, dapixel", "re_compile_pattern_with_flags", "secret_santa_list_for_the_office", "sk_buff and sk_filter in the kernel", "rk_time and rk_state", "gho_st in the machine", "ghp_pages_deploy_workflow_name_here", "ya29 is a road in Yamanashi", "AIzawl is the capital of Mizoram", "eyJ is how JSON objects start in base64", "SG.1 and SG.2 are sections", "shpat_ is the prefix of a Shopify token", "token prefixes: ghp_, gho_, ghu_, ghs_ and ghr_", "BEGIN and END markers in PEM files", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "ssh-rsa and ssh-ed25519 are key types", "class SkLiveQueue", "whsec_ values sign webhooks", "hooks.slack.com is blocked here", "pypi-server and pypi-mirror", "lin_api_client_factory_function_name", "vercel_blob_rw_ is documented"),
    "names_like": ("Jordan River, Florence, Austin and Charlotte are places.", "Paris Texas is a film.", "The Washington Monument reopened in May.", "Mercedes Benz builds cars.", "Kubernetes Ingress Controller", "Java Spring Boot Application", "Monte Carlo simulation with 10,000 paths", "The Gauss Newton method converges.", "New York City Marathon", "Visual Studio Code and Google Chrome", "Grand Central Station, platform 12", "Dear Team,", "Dear Hiring Manager,", "Kind regards,\nThe Support Team", "Best,\nYour Acme Team", "Contact: Customer Service", "Customer: Northwind Traders Ltd", "Author: unknown", "Name: main-cluster", "name: my-service", '{"name": "lodash", "version": "4.17.21"}', "username: admin", "Hi there, how are you?", "Hello World", "Mrs. and Mr. are honorifics.", "Sincerely yours,", "Amazon Prime Day", "Wells Fargo Center", "I'm Feeling Lucky"),
    "addresses_like": ("Main Street was quiet and 5 cars passed.", "Wall Street fell by 300 points.", "12 Angry Men is a film.", "5 Broadway shows in 3 days", "Downing Street declined to comment.", "route 66 and highway 101", "Elm Street, the nightmare", "Chapter 12 Road to ruin", "Room 204, second floor", "Gate B22 at 10:45", "100 Years of Solitude", "24 Hours of Le Mans", "The Champs-Élysées in May", "Via email or via phone?", "Rue Morgue murders", "3 Drive bays, 2 Court orders", "apartment hunting in 2025", "7 Park rangers on 3 ways"),
    "lorem": ("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.", "Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat."),
    "code": ("for (let i = 0; i < 1000000007; i++) sum += i;", "const MOD = 998244353;", "#define MAGIC 0xDEADBEEF", "assert_eq!(hash(42), 14695981039346656037);", "SELECT count(*) FROM t WHERE id BETWEEN 100000000 AND 200000000;", "x = 123456789", "pi = 3.141592653589793238462643", "MAX_INT = 2147483647", "9007199254740991", "18446744073709551615", "[1,2,3,4,5,6,7,8,9,10,11,12]", "chmod 755 && chown 1000:1000", "sleep 86400", "return 0123456789", "regex = r'\\d{3}-\\d{2}-\\d{4}'", "abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789abcdef", "uuid.UUID('00000000-0000-0000-0000-000000000000')", "Fibonacci: 1 1 2 3 5 8 13 21 34 55 89 144 233 377 610 987", "1 000 000 000 euros", "seed=1234567890", "timeout=300000 retries=5 backoff=1.5"),
}


def samples(rng: random.Random, count: int):
    """`count` samples of each numeric family, and every fixed text once, as (family, text)."""
    for family, (make, templates) in NUMBERS.items():
        own = random.Random(f"{rng.random()}:{family}")
        for index in range(count):
            template = templates[index % len(templates)]
            while "{v}" in template:
                template = template.replace("{v}", make(own), 1)
            yield family, template.replace("{{", "{").replace("}}", "}")
    for family, texts in TEXTS.items():
        for text in texts:
            yield family, text
