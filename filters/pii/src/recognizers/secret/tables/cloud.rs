//! Clouds, hosting, databases and their keepers.

use super::{
    super::{
        issued::{Issued, Part},
        shape::{self, Alphabet::*},
    },
    UUID, run, text,
};
use crate::recognizers::Tail;

pub(super) static ROWS: &[Issued] = &[
    // AWS: IAM's reference of unique identifiers.
    Issued::exact("aws_access_key_id", "AKIA", &[run(Upper, 16)]),
    Issued::exact("aws_access_key_id", "ASIA", &[run(Upper, 16)]),
    Issued::exact("aws_access_key_id", "ABIA", &[run(Upper, 16)]),
    Issued::exact("aws_access_key_id", "ACCA", &[run(Upper, 16)]),
    // What a session token's first bytes are in Base64.
    Issued::open("aws_session_token", "IQoJb3JpZ2lu", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("aws_session_token", "FwoGZXIvYXdz", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("aws_session_token", "FQoGZXIvYXdz", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("aws_bedrock_key", "ABSK", &[run(Base64, 100)]).tail(Tail::Blob),
    Issued::open("aws_bedrock_key", "bedrock-api-key-", &[run(Base64, 32)]).tail(Tail::Blob),
    Issued::open("aws_mws_token", "amzn.mws.", UUID),
    Issued::open("amazon_client_secret", "amzn1.oa2-cs.v1.", &[run(Hex, 32)]),
    // Google.
    Issued::exact("google_api_key", "AIza", &[run(Token, 35)]),
    Issued::open("google_client_secret", "GOCSPX-", &[run(Token, 20)]),
    Issued::open("google_access_token", "ya29.", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("google_refresh_token", "1//0", &[run(Token, 35)]).check(shape::is_mixed),
    Issued::exact("google_storage_hmac", "GOOG1E", &[run(Upper, 55)]),
    Issued::exact("google_storage_hmac", "GOOG", &[run(Upper, 20)]).check(shape::is_random),
    // Alibaba, Tencent, Yandex, IBM, Scaleway, OVH.
    Issued::exact("alibaba_access_key_id", "LTAI", &[Part::Run(Alnum, 12, 26)])
        .check(shape::is_random),
    Issued::exact("tencent_secret_id", "AKID", &[run(Alnum, 32)]).check(shape::is_random),
    Issued::exact("yandex_api_key", "AQVN", &[Part::Run(Token, 35, 38)]),
    Issued::exact("yandex_static_key", "YCA", &[run(Token, 37)]).check(shape::is_random),
    Issued::exact("yandex_static_secret", "YCM", &[run(Token, 37)]).check(shape::is_random),
    Issued::open("yandex_oauth_token", "y0_", &[run(Token, 32)]).check(shape::is_mixed),
    Issued::open("yandex_iam_token", "t1.", &[run(Token, 40)])
        .tail(Tail::Dotted)
        .check(shape::is_mixed),
    Issued::exact("scaleway_access_key", "SCW", &[run(Upper, 17)]).check(shape::is_random),
    Issued::open("volcengine_key", "AKLT", &[run(Alnum, 40)]).check(shape::is_mixed),
    // Hosting.
    Issued::open("digitalocean_token", "dop_v1_", &[run(Hex, 32)]),
    Issued::open("digitalocean_oauth_token", "doo_v1_", &[run(Hex, 32)]),
    Issued::open("digitalocean_refresh_token", "dor_v1_", &[run(Hex, 32)]),
    Issued::open("heroku_key", "HRKU-", &[run(Token, 36)]),
    Issued::open("vercel_token", "vcp_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("vercel_integration_token", "vci_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("vercel_app_token", "vca_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("vercel_refresh_token", "vcr_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("vercel_ai_key", "vck_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("vercel_blob_token", "vercel_blob_rw_", &[run(Alnum, 16)]),
    Issued::open("netlify_token", "nfp_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("netlify_cli_token", "nfc_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("netlify_oauth_token", "nfo_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("netlify_user_token", "nfu_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("netlify_build_token", "nfb_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("cloudflare_key", "cfk_", &[run(Alnum, 40)]).check(shape::is_mixed),
    Issued::open("cloudflare_user_token", "cfut_", &[run(Alnum, 40)]).check(shape::is_mixed),
    Issued::open("cloudflare_account_token", "cfat_", &[run(Alnum, 40)]).check(shape::is_mixed),
    Issued::open("cloudflare_origin_ca_key", "v1.0-", &[run(Hex, 24), text("-"), run(Hex, 32)]),
    Issued::open("fly_token", "fo1_", &[run(Token, 40)]).check(shape::is_mixed),
    Issued::open("fly_token", "fm1r_", &[run(Base64, 60)]).tail(Tail::Blob).check(shape::is_mixed),
    Issued::open("fly_token", "fm1a_", &[run(Base64, 60)]).tail(Tail::Blob).check(shape::is_mixed),
    Issued::open("fly_token", "fm2_", &[run(Base64, 60)]).tail(Tail::Blob).check(shape::is_mixed),
    Issued::open("render_key", "rnd_", &[run(Alnum, 26)]).check(shape::is_mixed),
    Issued::open("scalingo_token", "tk-us-", &[run(Token, 40)]).check(shape::is_mixed),
    Issued::open("tailscale_key", "tskey-", &[Part::Run(Letters, 2, 20), text("-"), run(Alnum, 8)]),
    Issued::open("openshift_token", "sha256~", &[run(Token, 43)]),
    Issued::open("rancher_token", "token-", &[run(Lower, 5), text(":"), run(Lower, 40)]),
    // Databases and their hosts.
    Issued::open("planetscale_token", "pscale_tkn_", &[run(Token, 24)]).tail(Tail::Dotted),
    Issued::open("planetscale_oauth_token", "pscale_oauth_", &[run(Token, 24)]).tail(Tail::Dotted),
    Issued::open("planetscale_password", "pscale_pw_", &[run(Token, 24)]).tail(Tail::Dotted),
    Issued::open("supabase_token", "sbp_", &[run(Hex, 32)]),
    Issued::open("supabase_token", "sbp_oauth_", &[run(Hex, 32)]),
    Issued::open("supabase_secret_key", "sb_secret_", &[run(Token, 20)]),
    Issued::open("neon_key", "napi_", &[run(Lower, 32)]).check(shape::is_mixed),
    Issued::exact("neon_password", "npg_", &[Part::Run(Alnum, 12, 20)]).check(shape::is_mixed),
    Issued::exact("clickhouse_key", "4b1d", &[run(Alnum, 38)]).check(shape::is_random),
    Issued::open("mongodb_service_secret", "mdb_sa_sk_", &[run(Token, 24)]),
    Issued::exact("databricks_token", "dapi", &[run(Hex, 32)]).tail(Tail::Word),
    Issued::exact("databricks_token", "dkea", &[run(Hex, 32)]),
    Issued::exact("databricks_token", "dose", &[run(Hex, 32)]),
    Issued::exact("databricks_token", "dsapi", &[run(Hex, 32)]),
    Issued::open("confluent_secret", "cflt", &[run(Base64, 56)])
        .tail(Tail::Blob)
        .check(shape::is_random),
    Issued::open("xata_key", "xau_", &[run(Alnum, 20)]).check(shape::is_mixed),
    Issued::open("tinybird_token", "p.eyJ", &[run(Token, 30)]).tail(Tail::Dotted),
    Issued::open("aiven_password", "AVNS_", &[run(Token, 16)]).check(shape::is_mixed),
    // What keeps secrets, and infrastructure as code.
    Issued::open("vault_service_token", "hvs.", &[run(Token, 20)]).check(shape::is_mixed),
    Issued::open("vault_batch_token", "hvb.", &[run(Token, 20)]).check(shape::is_mixed),
    Issued::open("vault_recovery_token", "hvr.", &[run(Token, 20)]).check(shape::is_mixed),
    Issued::exact("vault_token", "s.", &[run(Alnum, 24)]).check(shape::is_random),
    Issued::exact("vault_token", "b.", &[Part::Run(Token, 60, 300)]).check(shape::is_random),
    Issued::open("doppler_token", "dp.pt.", &[run(Alnum, 32)]),
    Issued::open("doppler_service_token", "dp.st.", &[run(Token, 8)])
        .tail(Tail::Dotted)
        .check(shape::is_varied),
    Issued::open("doppler_cli_token", "dp.ct.", &[run(Alnum, 32)]),
    Issued::open("doppler_account_token", "dp.sa.", &[run(Alnum, 32)]),
    Issued::open("doppler_scim_token", "dp.scim.", &[run(Alnum, 32)]),
    Issued::open("doppler_audit_token", "dp.audit.", &[run(Alnum, 32)]),
    Issued::open("infisical_token", "st.", &[run(Hex, 20)])
        .tail(Tail::Dotted)
        .check(shape::is_random),
    Issued::open("onepassword_service_token", "ops_eyJ", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open(
        "onepassword_secret_key",
        "A3-",
        &[
            run(Upper, 6),
            text("-"),
            Part::Run(Upper, 5, 11),
            text("-"),
            run(Upper, 5),
            text("-"),
            run(Upper, 5),
        ],
    ),
    Issued::exact("age_secret_key", "AGE-SECRET-KEY-1", &[run(Upper, 58)]),
    Issued::open("age_secret_key", "AGE-SECRET-KEY-PQ-1", &[run(Upper, 58)]),
    Issued::open("pulumi_token", "pul-", &[run(Hex, 40)]),
    Issued::open("infracost_key", "ico-", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("prefect_token", "pnu_", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("prefect_token", "pnb_", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("defined_networking_key", "dnkey-", &[run(Token, 26)]).check(shape::is_mixed),
];
