//! Messages, mail, telephony and social networks.

use super::{
    super::{
        issued::{Issued, Part},
        shape::{self, Alphabet::*},
    },
    run, text,
};
use crate::recognizers::Tail;

pub(super) static ROWS: &[Issued] = &[
    Issued::open("slack_bot_token", "xoxb-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_user_token", "xoxp-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_app_token", "xoxa-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_refresh_token", "xoxr-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_session_token", "xoxs-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_token", "xoxo-", &[Part::Run(Digits, 5, 16), text("-"), run(Token, 5)]),
    Issued::open("slack_config_token", "xoxe-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_config_token", "xoxe.xoxb-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_config_token", "xoxe.xoxp-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_client_token", "xoxc-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_cookie", "xoxd-", &[run(Base64, 10)]).tail(Tail::Blob).check(has_digit),
    Issued::open("slack_app_level_token", "xapp-", &[run(Token, 10)]).check(has_digit),
    Issued::open("slack_workflow_token", "xwfp-", &[run(Token, 10)]).check(has_digit),
    Issued::exact("twilio_key", "SK", &[run(Hex, 32)]),
    Issued::open("sendgrid_key", "SG.", &[Part::Run(Token, 16, 32), text("."), run(Token, 32)]),
    Issued::exact("sendgrid_key", "SG.", &[run(Loose, 66)]).check(shape::is_mixed),
    Issued::exact("mailgun_key", "key-", &[run(Hex, 32)]),
    Issued::exact("mailgun_public_key", "pubkey-", &[run(Hex, 32)]),
    Issued::exact("mandrill_key", "md-", &[run(Token, 22)]).check(shape::is_random),
    Issued::open("brevo_key", "xkeysib-", &[run(Hex, 32)]),
    Issued::open("brevo_smtp_key", "xsmtpsib-", &[run(Hex, 32)]),
    Issued::open("resend_key", "re_", &[run(Alnum, 8), text("_"), run(Alnum, 16)])
        .check(shape::is_mixed),
    Issued::open("mailersend_key", "mlsn.", &[run(Hex, 40)]),
    Issued::open("klaviyo_key", "pk_", &[run(Hex, 34)]),
    Issued::open("telnyx_key", "KEY0", &[run(Alnum, 16), text("_"), run(Alnum, 16)]),
    Issued::exact("plivo_id", "MAM", &[run(Upper, 17)]).check(shape::is_random),
    Issued::open("ringcentral_token", "U0pDMDFQMT", &[run(Base64, 40)]).tail(Tail::Blob),
    Issued::open("intercom_token", "dG9rO", &[run(Base64, 40)]).tail(Tail::Blob),
    Issued::open("vk_token", "vk1.a.", &[run(Token, 40)]),
    Issued::exact("facebook_access_token", "EAA", &[Part::Run(Alnum, 80, 512)])
        .tail(Tail::Word)
        .check(shape::is_mixed),
    Issued::open("instagram_token", "IGQV", &[run(Token, 80)]).check(shape::is_mixed),
    Issued::open("instagram_token", "IGAA", &[run(Token, 80)]).check(shape::is_mixed),
    Issued::open("twitter_bearer_token", "AAAAAAAAAAAAAAAAAAAAA", &[run(Base64, 60)])
        .tail(Tail::Blob)
        .check(shape::is_mixed),
    Issued::open("firebase_server_key", "AAAA", &[run(Token, 7), text(":APA91b"), run(Token, 60)]),
    Issued::open("linkedin_client_secret", "WPL_AP1.", &[run(Alnum, 12)]).tail(Tail::Blob),
    Issued::open("linkedin_client_secret", "WPL_AP0.", &[run(Alnum, 12)]).tail(Tail::Blob),
    Issued::open("pinterest_token", "pina_", &[run(Alnum, 40)]).check(shape::is_mixed),
    Issued::open("tiktok_token", "act.", &[run(Alnum, 40)])
        .tail(Tail::Dotted)
        .check(shape::is_mixed),
    Issued::open("twitch_token", "oauth:", &[run(Lower, 30)]).check(shape::is_mixed),
    Issued::open("discord_oauth_token", "mfa.", &[run(Token, 60)]).check(shape::is_mixed),
    Issued::open("matrix_token", "syt_", &[run(Token, 16)]).check(shape::is_mixed),
    Issued::open("matrix_token", "mat_", &[run(Alnum, 30)]).check(shape::is_mixed),
    Issued::open("pushbullet_token", "o.", &[run(Alnum, 32)]).check(shape::is_random),
    Issued::open("ntfy_token", "tk_", &[run(Lower, 29)]).check(shape::is_random),
    Issued::open("microsoft_refresh_token", "0.A", &[run(Token, 80)])
        .tail(Tail::Dotted)
        .check(shape::is_random),
    Issued::open("microsoft_refresh_token", "1.A", &[run(Token, 80)])
        .tail(Tail::Dotted)
        .check(shape::is_random),
    Issued::open("microsoft_token", "EwB", &[run(Base64, 100)])
        .tail(Tail::Blob)
        .check(shape::is_random),
    Issued::open("microsoft_refresh_token", "M.C", &[run(Dotted, 40)])
        .tail(Tail::Blob)
        .check(shape::is_random),
];

/// `xoxo-hugs-and-kisses` is none.
fn has_digit(body: &str) -> bool {
    body.bytes().any(|byte| byte.is_ascii_digit())
        && shape::variety(body) >= 3
        && !shape::is_dummy(body)
}
