//! How the names of credentials end, by what they say of their value.

use super::Kind;

/// `|` before a name means that the name, or a word of it, must begin there.
#[rustfmt::skip]
pub(super) const NAMES: &[(Kind, &[&str])] = &[
    (Kind::Password, &[
        "password", "passwd", "passwrd", "passwort", "kennwort", "|pwd", "|passw", "|pass", "|psw", "|pswd",
        "|pw", "dbpwd", "userpwd", "dbpass", "userpass", "smtppass", "mailpass", "ftppass", "requirepass",
        "masterauth", "sshpass", "keypass", "storepass", "adminpass", "rootpass", "dbpw", "|passcode", "|psk",
        "wpapsk", "presharedkey", "contrasena", "contrasenya", "contrasinal", "|clave", "motdepasse", "|mdp",
        "|parola", "parola d'accesso", "|senha", "palavrapasse", "wachtwoord", "|haslo", "losenord",
        "passord", "adgangskode", "kodeord", "salasana", "|heslo", "jelszo", "|sifre", "|sifreniz", "sifresi",
        "lozinka", "zaporka", "parool", "slaptazodis", "|geslo", "|lykilord", "mat khau", "|matkhau",
        "kata sandi", "|sandi", "пароль", "Пароль", "ПАРОЛЬ", "парола", "Парола", "лозинка", "κωδικός",
        "κωδικός πρόσβασης", "Κωδικός", "密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "암호", "패스워드", "รหัสผ่าน",
        "كلمة المرور", "كلمة السر", "סיסמה", "סיסמא", "पासवर्ड", "پاسورڈ", "رمز عبور",
    ]),
    (Kind::Passphrase, &[
        "passphrase", "|pass phrase", "phrase secrete", "frase de contrasena", "wifikey", "networkkey",
    ]),
    (Kind::Pin, &[
        "|pin", "|pincode", "|pinnumber", "|pinnummer", "|pinno", "|puk", "|pukcode", "geheimzahl", "codepin",
        "|nip", "pinkod",
    ]),
    (Kind::Code, &[
        "|otp", "onetimepassword", "|engangskode", "accesscode", "|otpcode", "onetimecode", "onetimepasscode",
        "verificationcode", "|2facode", "|mfacode", "|twofactorcode", "loginCode", "|logincode", "signincode",
        "|totpcode", "bestatigungscode", "verifizierungscode", "codigo de verificacion",
        "code de verification", "codice di verifica", "authenticationcode", "|smscode", "验证码", "認証コード",
        "인증번호", "код подтверждения",
    ]),
    (Kind::Codes, &[
        "recoverycode", "recoverycodes", "backupcode", "backupcodes", "scratchcodes",
        "wiederherstellungscodes", "rescuecode", "rescuecodes",
    ]),
    (Kind::Secret, &[
        "|secret", "clientsecret", "appsecret", "apisecret", "jwtsecret", "sharedsecret", "cookiesecret",
        "secretkey", "secretkeybase", "|encryptionkey", "|signingkey", "|masterkey", "|cryptkey", "|appkey",
        "|authkey", "consumersecret", "webhooksecret", "hmacsecret", "sessionsecret", "tokensecret",
        "accesssecret", "|secrettoken", "|credential", "clientsecretvalue", "|enckey", "|aeskey",
        "secretvalue", "secretstring", "secrettext",
    ]),
    (Kind::Token, &[
        "|token", "apikey", "|apikeys", "apitoken", "accesstoken", "authtoken", "refreshtoken", "bearertoken",
        "idtoken", "|bearer", "accesskey", "secretaccesskey", "sessiontoken", "securitytoken", "privatekey",
        "privatetoken", "accountkey", "storagekey", "sharedkey", "sharedaccesskey", "sastoken", "|sas",
        "|pat", "personalaccesstoken", "consumerkey", "|licensekey", "|licencekey", "productkey",
        "activationkey", "serialkey", "servicekey", "servicerolekey", "anonkey", "deploykey",
        "integrationkey", "ingestkey", "ingestionkey", "writekey", "readkey", "adminkey", "hmackey", "sshkey",
        "subscriptionkey", "functionkey", "hostkey", "applicationkey", "recoverykey", "|keysecret",
        "authorizationtoken", "csrftoken", "xsrftoken", "deploytoken", "bottoken", "usertoken", "|auth",
        "|jwt", "sessionkey", "rootkey", "serverkey", "webhookkey", "projectkey", "instrumentationkey",
        "openaikey", "anthropickey", "claudekey", "geminikey", "googlekey", "mapskey", "stripekey",
        "algoliakey", "datadogkey", "twiliokey", "sendgridkey", "mailgunkey", "awskey", "azurekey", "gcpkey",
        "githubkey", "gitlabkey", "slackkey", "cloudflarekey", "mapboxkey", "segmentkey", "supabasekey",
        "firebasekey", "fcmkey", "pusherkey", "rapidapikey", "alchemykey", "infurakey", "etherscankey",
        "coherekey", "mistralkey", "groqkey", "perplexitykey", "deeplkey", "deepgramkey", "assemblyaikey",
        "elevenlabskey", "pineconekey", "openweatherkey", "tmdbkey", "newsapikey", "shodankey",
        "virustotalkey", "hubspotkey", "mailchimpkey", "fastlykey", "linodekey", "vultrkey", "newrelickey",
        "pagerdutykey", "opsgeniekey", "snykkey", "codecovtoken", "herokukey", "squarekey", "plaidsecret",
        "adobekey", "airtablekey", "alibabakey", "asanakey", "atlassiankey", "jirakey", "confluencekey",
        "artifactorykey", "jfrogkey", "beamerkey", "bitbucketkey", "bittrexkey", "binancekey",
        "codecovkey", "coinbasekey", "confluentkey", "contentfulkey", "discordkey", "dronekey",
        "dronecikey", "etsykey", "finicitykey", "finnhubkey", "flickrkey", "freshbookskey", "frameiokey",
        "gitterkey", "gocardlesskey", "intercomkey", "krakenkey", "kucoinkey", "launchdarklykey",
        "linkedinkey", "lookerkey", "mattermostkey", "messagebirdkey", "netlifykey", "nytimeskey",
        "oktakey", "plaidkey", "planetscalekey", "sendbirdkey", "sidekiqkey", "sonarkey",
        "squarespacekey", "sumologickey", "telegramkey", "traviskey", "twitterkey", "typeformkey",
        "zendeskkey", "zoomkey", "notionkey", "figmakey", "postmankey", "sentrykey", "shopifykey",
        "twitchkey", "vercelkey", "replicatekey", "huggingfacekey", "paypalkey", "braintreekey",
        "dropboxkey", "bitlykey", "auth0key", "vonagekey", "nexmokey", "telnyxkey", "plivokey",
        "postmarkkey", "sparkpostkey", "resendkey", "clerkkey", "neonkey", "upstashkey", "tavilykey",
        "serpapikey", "bravekey", "langsmithkey", "wandbkey",
        "adyenkey", "walletkey", "seedhex", "signingsecret", "schlussel", "clave api", "clave de api",
        "cle api", "cle dapi", "chiave api", "chave api", "chave de api", "api schlussel", "ключ api",
        "api ключ", "密钥", "密鑰", "秘钥", "令牌", "アクセスキー", "APIキー", "トークン", "API 키", "토큰",
    ]),
    (Kind::Session, &[
        "phpsessid", "jsessionid", "sessionid", "aspnetsessionid", "connectsid", "|session", "|sessid",
        "|sid", "laravelsession", "sessioncookie", "authcookie", "|sessiontokenv2", "sessiondata",
        "|cfclearance", "aspxauth",
    ]),
    (Kind::Query, &[
        "|sig", "|signature", "xamzsignature", "xgoogsignature", "|key", "|oauthsignature", "|hmac",
    ]),
    (Kind::Authorization, &[
        "authorization", "|wwwauthenticate", "|xauth",
    ]),
    (Kind::Mnemonic, &[
        "seedphrase", "recoveryphrase", "mnemonic", "mnemonicphrase", "seedwords", "backupphrase",
        "secretrecoveryphrase", "walletphrase", "secretphrase", "|seed", "walletseed", "frase semilla",
        "phrase de recuperation", "助记词", "ニーモニック",
    ]),
    (Kind::Type, &[
        "|str", "|string", "|text", "|any", "securestring",
    ]),
    (Kind::Neighbour, &[
        "|value", "|val", "|defaultvalue",
    ]),
    (Kind::None, &[
        "nextpagetoken", "pagetoken", "nexttoken", "continuationtoken", "synctoken", "resumetoken",
        "maxtoken", "eostoken", "bostoken", "padtoken", "unktoken", "clstoken", "septoken", "masktoken",
        "stoptoken", "cancellationtoken", "pertoken", "designtoken", "specialtoken", "publickey",
        "publickeytoken", "primarykey", "foreignkey", "cachekey", "sortkey", "partitionkey", "objectkey",
        "idempotencykey", "nopassword", "forgotpassword", "resetpassword", "|bypass", "firstpass",
        "secondpass", "boardingpass", "groupkey", "hostkeyalgorithms", "projectid", "compass", "issuekey",
        "songkey", "monkey", "hotkey", "turkey", "hockey", "bykey", "jobkey", "eventkey", "inputtoken",
        "outputtoken", "tokentype", "random seed", "|randomseed", "|npseed", "trainseed", "|worldseed",
        "|mapseed", "spin", "|npin", "|gpin",
    ]),
];
