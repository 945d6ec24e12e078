//! Code hosting, packages, builds and what watches them run.

use super::{
    super::{
        issued::{Issued, Part},
        shape::{self, Alphabet::*},
    },
    UUID, run, text,
};
use crate::recognizers::Tail;

pub(super) static ROWS: &[Issued] = &[
    Issued::open("github_token", "ghp_", &[run(Alnum, 36)]),
    Issued::open("github_oauth_token", "gho_", &[run(Alnum, 36)]),
    Issued::open("github_user_token", "ghu_", &[run(Alnum, 36)]),
    Issued::open("github_app_token", "ghs_", &[run(Alnum, 36)]),
    // The form with an app's number and a JWT.
    Issued::open(
        "github_app_token",
        "ghs_",
        &[Part::Run(Digits, 1, 20), text("_eyJ"), run(Token, 20)],
    )
    .tail(Tail::Dotted),
    Issued::open("github_refresh_token", "ghr_", &[run(Alnum, 36)]),
    Issued::open("github_fine_grained_token", "github_pat_", &[run(Word, 36)])
        .check(shape::is_mixed),
    Issued::open("gitlab_token", "glpat-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_deploy_token", "gldt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_runner_token", "glrt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_runner_token", "glrtr-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_runner_token", "GR1348941", &[run(Token, 20)]),
    Issued::open("gitlab_job_token", "glcbt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_trigger_token", "glptt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_feed_token", "glft-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_mail_token", "glimt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_agent_token", "glagent-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_oauth_secret", "gloas-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_scim_token", "glsoat-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_feature_flag_token", "glffct-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::open("gitlab_workspace_token", "glwt-", &[run(Token, 20)]).tail(Tail::Dotted),
    Issued::exact("bitbucket_app_password", "ATBB", &[Part::Run(Alnum, 28, 36)]),
    Issued::open("bitbucket_access_token", "ATCTT3", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("bitbucket_server_token", "BBDC-", &[run(Base64, 36)]).tail(Tail::Blob),
    Issued::open("atlassian_token", "ATATT3", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("atlassian_token", "ATSTT3", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("sourcegraph_token", "sgp_", &[run(Hex, 16)]).check(shape::is_mixed),
    Issued::open("sourcegraph_token", "sgp_local_", &[run(Hex, 32)]),
    Issued::open("sourcegraph_cody_token", "slk_", &[run(Hex, 40)]),
    // Packages.
    Issued::open("npm_token", "npm_", &[run(Alnum, 36)]).check(shape::is_mixed),
    Issued::open("pypi_token", "pypi-AgE", &[run(Token, 40)]),
    Issued::open("pypi_token", "pypi-", &[run(Token, 50)]).check(shape::is_random),
    Issued::open("rubygems_key", "rubygems_", &[run(Hex, 40)]),
    Issued::exact("nuget_key", "oy2", &[run(Lower, 43)]).check(shape::is_random),
    Issued::exact("crates_token", "cio", &[run(Alnum, 32)]).check(shape::is_random),
    Issued::open("clojars_token", "CLOJARS_", &[run(Lower, 40)]),
    Issued::open("docker_hub_token", "dckr_pat_", &[run(Token, 20)]),
    Issued::open("docker_hub_org_token", "dckr_oat_", &[run(Token, 20)]),
    Issued::open("artifactory_key", "AKCp", &[run(Alnum, 65)]).check(shape::is_mixed),
    Issued::open("artifactory_reference_token", "cmVmdGtu", &[run(Alnum, 50)]),
    Issued::open("jetbrains_hub_token", "perm:", &[run(Base64, 16), text(".")]).tail(Tail::Blob),
    Issued::open("jsr_token", "jsrp_", &[run(Alnum, 32)]).check(shape::is_mixed),
    // Builds and quality.
    Issued::open("circleci_token", "CCIPAT_", &[run(Alnum, 20)]),
    Issued::open("circleci_project_token", "CCIPRJ_", &[run(Alnum, 20)]),
    Issued::open("buildkite_agent_token", "bkat_", &[run(Hex, 40)]),
    Issued::open("buildkite_token", "bkua_", &[run(Hex, 40)]),
    Issued::open("buildkite_cluster_token", "bkct_", &[run(Alnum, 24)]).check(shape::is_mixed),
    Issued::open("harness_token", "pat.", &[run(Token, 22), text("."), run(Alnum, 20)])
        .tail(Tail::Dotted),
    Issued::open("harness_token", "sat.", &[run(Token, 22), text("."), run(Alnum, 20)])
        .tail(Tail::Dotted),
    Issued::exact("octopus_key", "API-", &[Part::Run(Upper, 25, 31)]).check(shape::is_mixed),
    Issued::open("sonar_user_token", "squ_", &[run(Hex, 40)]),
    Issued::open("sonar_project_token", "sqp_", &[run(Hex, 40)]),
    Issued::open("sonar_analysis_token", "sqa_", &[run(Hex, 40)]),
    Issued::open("snyk_token", "snyk_uat.", &[run(Token, 8)]).tail(Tail::Dotted),
    Issued::open("snyk_token", "snyk_sat.", &[run(Token, 8)]).tail(Tail::Dotted),
    Issued::open("nightfall_key", "NF-", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("postman_key", "PMAK-", &[run(Hex, 24), text("-"), run(Hex, 30)]),
    Issued::open("postman_collection_key", "PMAT-", &[run(Alnum, 26)]).check(shape::is_mixed),
    Issued::open("readme_key", "rdme_", &[run(Lower, 40)]).check(shape::is_mixed),
    Issued::exact("launchdarkly_sdk_key", "sdk-", UUID),
    Issued::exact("launchdarkly_api_key", "api-", UUID),
    Issued::exact("launchdarkly_mobile_key", "mob-", UUID),
    Issued::open("statsig_secret", "secret-", &[run(Alnum, 32)]).check(shape::is_random),
    Issued::open("configcat_key", "configcat-sdk-1/", &[run(Token, 22)]).tail(Tail::Blob),
    Issued::open("authress_key", "authress_", &[run(Lower, 5)])
        .tail(Tail::Dotted)
        .check(shape::is_random),
    // What watches them run.
    Issued::open("grafana_service_token", "glsa_", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("grafana_cloud_token", "glc_", &[run(Base64, 32)])
        .tail(Tail::Blob)
        .check(shape::is_mixed),
    Issued::open("grafana_key", "eyJrIjoi", &[run(Base64, 60)]).tail(Tail::Blob),
    Issued::open("sentry_org_token", "sntrys_", &[run(Base64, 40)]).tail(Tail::Blob),
    Issued::open("sentry_user_token", "sntryu_", &[run(Hex, 40)]),
    Issued::open("sentry_app_token", "sntrya_", &[run(Hex, 40)]),
    Issued::open("sentry_integration_token", "sntryi_", &[run(Hex, 40)]),
    Issued::open("new_relic_user_key", "NRAK-", &[run(Upper, 20)]),
    Issued::open("new_relic_browser_key", "NRJS-", &[run(Hex, 16)]),
    Issued::open("new_relic_insert_key", "NRII-", &[run(Token, 20)]).check(shape::is_mixed),
    Issued::open("new_relic_query_key", "NRIQ-", &[run(Token, 20)]).check(shape::is_mixed),
    Issued::open("new_relic_rest_key", "NRRA-", &[run(Hex, 32)]),
    Issued::open("dynatrace_token", "dt0c01.", &[run(Alnum, 24), text("."), run(Alnum, 40)]),
    Issued::open("dynatrace_token", "dt0s01.", &[run(Alnum, 8), text("."), run(Alnum, 40)]),
    Issued::open("dynatrace_token", "dt0s02.", &[run(Alnum, 8), text("."), run(Alnum, 40)]),
    Issued::open("honeycomb_key", "hcaik_", &[run(Alnum, 40)]),
    Issued::open("honeycomb_key", "hcbik_", &[run(Alnum, 40)]),
    Issued::open("honeycomb_key", "hcxik_", &[run(Alnum, 40)]),
    Issued::open("honeycomb_key", "hcalk_", &[run(Alnum, 20)]),
    Issued::open("elastic_key", "essu_", &[run(Base64, 40)])
        .tail(Tail::Blob)
        .check(shape::is_mixed),
    Issued::open("elastic_service_token", "AAEAAWVsYXN0aWMv", &[run(Base64, 20)]).tail(Tail::Blob),
    Issued::open("axiom_token", "xaat-", UUID),
    Issued::open("axiom_token", "xapt-", UUID),
    Issued::open("logfire_token", "pylf_v1_", &[run(Lower, 2), text("_"), run(Alnum, 32)]),
    Issued::open("posthog_personal_key", "phx_", &[run(Alnum, 32)]).check(shape::is_mixed),
    Issued::open("pagerduty_key", "pdus+_", &[run(Token, 20)]),
    Issued::open("pagerduty_key", "pdeu+_", &[run(Token, 20)]),
];
