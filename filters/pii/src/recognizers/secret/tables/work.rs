//! Offices, files, customers, designs, identities and maps.

use super::{
    super::{
        issued::{Issued, Part},
        shape::{self, Alphabet::*},
    },
    UUID, run, text,
};
use crate::recognizers::Tail;

pub(super) static ROWS: &[Issued] = &[
    Issued::open("figma_token", "figd_", &[run(Token, 32)]),
    Issued::open("figma_oauth_token", "figo_", &[run(Token, 32)]),
    Issued::open("figma_oauth_token", "figoh_", &[run(Token, 32)]),
    Issued::open("figma_refresh_token", "figor_", &[run(Token, 32)]),
    Issued::open("figma_scim_token", "figs_", &[run(Token, 32)]).check(shape::is_mixed),
    Issued::open("linear_key", "lin_api_", &[run(Alnum, 32)]),
    Issued::open("linear_oauth_token", "lin_oauth_", &[run(Alnum, 32)]),
    Issued::open("linear_webhook_secret", "lin_wh_", &[run(Alnum, 32)]),
    Issued::open("notion_token", "ntn_", &[run(Alnum, 40)]),
    Issued::exact("notion_token", "secret_", &[run(Alnum, 43)]).check(shape::is_random),
    Issued::open("airtable_token", "pat", &[run(Alnum, 14), text("."), run(Hex, 64)]),
    Issued::open("airtable_oauth_token", "oaa", &[run(Alnum, 14), text(".v1."), run(Base64, 40)])
        .tail(Tail::Blob),
    Issued::exact("airtable_key", "key", &[run(Alnum, 14)]).check(airtable),
    Issued::exact("asana_token", "0/", &[run(Hex, 32)]),
    Issued::exact("asana_token", "1/", &[Part::Run(Digits, 13, 19), text(":"), run(Hex, 32)]),
    Issued::open(
        "asana_token",
        "2/",
        &[Part::Run(Digits, 13, 19), text("/"), Part::Run(Digits, 13, 19), text(":"), run(Hex, 32)],
    ),
    Issued::open("trello_token", "ATTA", &[run(Hex, 64)]),
    Issued::open("contentful_token", "CFPAT-", &[run(Token, 40)]),
    Issued::open("dropbox_token", "sl.", &[run(Loose, 60)]).check(shape::is_mixed),
    Issued::open("dropbox_token", "sl.u.", &[run(Token, 60)]).check(shape::is_mixed),
    Issued::open("typeform_token", "tfp_", &[run(Loose, 40)])
        .tail(Tail::Dotted)
        .check(shape::is_mixed),
    Issued::open("frameio_token", "fio-u-", &[run(Loose, 64)]),
    Issued::exact("hubspot_token", "pat-na1-", UUID),
    Issued::exact("hubspot_token", "pat-na2-", UUID),
    Issued::exact("hubspot_token", "pat-eu1-", UUID),
    Issued::open("salesforce_session", "00D", &[run(Alnum, 12), text("!"), run(Dotted, 60)])
        .tail(Tail::Dotted),
    Issued::open("salesforce_refresh_token", "5Aep861", &[run(Dotted, 40)]).tail(Tail::Dotted),
    Issued::open("adobe_client_secret", "p8e-", &[run(Alnum, 32)]),
    Issued::open("adobe_client_secret", "p8-", &[run(Token, 32)]).check(shape::is_random),
    Issued::open("adafruit_key", "aio_", &[run(Alnum, 28)]).check(shape::is_mixed),
    Issued::open("mapbox_secret_token", "sk.eyJ", &[run(Token, 40)]).tail(Tail::Dotted),
    Issued::open("mapbox_token", "pk.eyJ", &[run(Token, 40)]).tail(Tail::Dotted),
    Issued::open("mapbox_temporary_token", "tk.eyJ", &[run(Token, 40)]).tail(Tail::Dotted),
    Issued::open("arcgis_key", "AAPK", &[run(Token, 60)]).check(shape::is_mixed),
    Issued::open("arcgis_key", "AAPT", &[run(Token, 60)]).check(shape::is_mixed),
    Issued::open("settlemint_token", "sm_aat_", &[run(Alnum, 16)]),
    Issued::open("settlemint_token", "sm_pat_", &[run(Alnum, 16)]),
    Issued::open("settlemint_token", "sm_sat_", &[run(Alnum, 16)]),
    Issued::open("intra42_secret", "s-s4t2ud-", &[run(Hex, 64)]),
    Issued::open("intra42_secret", "s-s4t2af-", &[run(Hex, 64)]),
    Issued::open("workos_key", "sk_", &[run(Alnum, 40)]).check(shape::is_random),
    Issued::open("stytch_secret", "secret-live-", &[run(Token, 30)]),
    Issued::open("stytch_secret", "secret-test-", &[run(Token, 30)]),
    Issued::open("descope_key", "K2", &[run(Alnum, 60)]).check(shape::is_random),
    Issued::open("retool_token", "retool_", &[run(Alnum, 24)]).check(shape::is_mixed),
    Issued::open("apify_token", "apify_api_", &[run(Alnum, 30)]),
    Issued::open("ubidots_token", "BBFF-", &[run(Alnum, 28)]).check(shape::is_mixed),
    Issued::open("ngrok_key", "ak_", &[run(Alnum, 27)]).check(shape::is_random),
    Issued::open("ngrok_credential", "cr_", &[run(Alnum, 27)]).check(shape::is_random),
    Issued::exact("clickup_token", "pk_", &[Part::Run(Digits, 5, 10), text("_"), run(Upper, 32)]),
    Issued::open("close_key", "api_", &[run(Alnum, 22), text("."), run(Alnum, 22)])
        .check(shape::is_random),
    Issued::open("uploadthing_key", "sk_live_", &[run(Hex, 64)]),
    Issued::open("liveblocks_key", "sk_dev_", &[run(Token, 32)]).check(shape::is_mixed),
    Issued::open("trigger_key", "tr_prod_", &[run(Alnum, 16)]),
    Issued::open("trigger_key", "tr_dev_", &[run(Alnum, 16)]),
    Issued::open("inngest_key", "signkey-prod-", &[run(Hex, 32)]),
    Issued::open("inngest_key", "signkey-test-", &[run(Hex, 32)]),
];

/// `keyboardEventCode` is none: Airtable's old keys are mixed well.
fn airtable(body: &str) -> bool {
    shape::is_random(body) && shape::changes(body) >= 4
}
