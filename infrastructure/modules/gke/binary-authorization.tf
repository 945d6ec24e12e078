# One policy a project: what isn't signed, or comes from elsewhere, doesn't start.
resource "google_binary_authorization_policy" "this" {
  project                       = var.project_id
  global_policy_evaluation_mode = "ENABLE" # GKE's own images.

  dynamic "admission_whitelist_patterns" {
    for_each = length(var.binary_authorization.attestors) == 0 ? var.binary_authorization.registries : []
    content {
      name_pattern = "${admission_whitelist_patterns.value}/**"
    }
  }

  default_admission_rule {
    evaluation_mode         = length(var.binary_authorization.attestors) == 0 ? "ALWAYS_DENY" : "REQUIRE_ATTESTATION"
    enforcement_mode        = var.binary_authorization.dry_run ? "DRYRUN_AUDIT_LOG_ONLY" : "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = var.binary_authorization.attestors
  }
}
