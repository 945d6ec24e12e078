//! Web addresses that are credentials: who knows them may post there.

use super::shape::{self, Alphabet};
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// Host and path up to what is secret, and how many characters that has at least. A `*` stands for one label of a
/// host.
const HOOKS: &[(&str, &str, usize)] = &[
    ("slack_webhook", "hooks.slack.com/services/", 16),
    ("slack_webhook", "hooks.slack.com/workflows/", 16),
    ("slack_webhook", "hooks.slack.com/triggers/", 16),
    ("slack_webhook", "hooks.slack-gov.com/services/", 16),
    ("discord_webhook", "discord.com/api/webhooks/", 40),
    ("discord_webhook", "discordapp.com/api/webhooks/", 40),
    ("discord_webhook", "canary.discord.com/api/webhooks/", 40),
    ("discord_webhook", "ptb.discord.com/api/webhooks/", 40),
    ("teams_webhook", "outlook.office.com/webhook/", 36),
    ("teams_webhook", "*.webhook.office.com/webhookb2/", 36),
    ("zapier_webhook", "hooks.zapier.com/hooks/catch/", 8),
    ("google_chat_webhook", "chat.googleapis.com/v1/spaces/", 40),
    ("telegram_bot_token", "api.telegram.org/bot", 40),
    ("ifttt_webhook", "maker.ifttt.com/trigger/", 20),
    ("make_webhook", "hook.eu1.make.com/", 24),
    ("make_webhook", "hook.eu2.make.com/", 24),
    ("make_webhook", "hook.us1.make.com/", 24),
    ("make_webhook", "hook.us2.make.com/", 24),
    ("make_webhook", "hook.integromat.com/", 24),
    ("feishu_webhook", "open.feishu.cn/open-apis/bot/v2/hook/", 24),
    ("feishu_webhook", "open.larksuite.com/open-apis/bot/v2/hook/", 24),
    ("pipedream_webhook", "*.m.pipedream.net/", 24),
];

/// Bytes of a webhook's address behind the host.
const LONGEST: usize = 320;

/// At `http`, `https`, or the first word of one of the hosts.
pub(super) fn find(context: &Context<'_>, at: usize) -> Option<Match> {
    let scheme = ["https://", "http://"].iter().find(|scheme| context.starts_with(at, scheme));
    let host = at.saturating_add(scheme.map_or(0, |scheme| scheme.len()));
    if scheme.is_none() && matches!(context.byte_before(at), b'/' | b'.' | b'@') {
        return None;
    }
    let (rule, path, min) = HOOKS.iter().find_map(|(rule, address, min)| {
        let from = match address.strip_prefix('*') {
            Some(rest) => {
                let label =
                    context.run(host, 63, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
                (label > host && context.starts_with(label, rest))
                    .then(|| label.saturating_add(rest.len()))
            }
            None => context.starts_with(host, address).then(|| host.saturating_add(address.len())),
        };
        from.map(|from| (*rule, from, *min))
    })?;
    let belongs = |byte: u8| {
        Alphabet::Base64.contains(byte)
            || matches!(byte, b'@' | b'?' | b'&' | b'%' | b':' | b'.' | b'~')
    };
    let end = context.run(path, LONGEST, belongs);
    let secret = context.str(path..end).trim_end_matches(['.', ':', '?', '&']);
    let end = path.saturating_add(secret.len());
    let fits = secret.len() >= min
        && secret.bytes().any(|byte| byte.is_ascii_digit())
        && shape::variety(secret) >= 5;
    fits.then(|| Match::new(at..end, EntityType::Secret, rule, Reason::Form))
}
