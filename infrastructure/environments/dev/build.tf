# What Cloud Build builds from, and lists of what images are made of. Sources are of commits that Git has, so they go after a week.
resource "google_storage_bucket" "sources" {
  name                        = "${var.project_id}-sources"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = module.kms.key_ids["images"]
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 7
      matches_prefix = ["source/"]
    }
  }
}

resource "google_storage_bucket_iam_member" "sources" {
  for_each = merge(
    { for account in ["sluice-ci", "sluice-build"] : "${account}-objects" => { account = account, role = "roles/storage.objectUser" } },
    { for account in ["sluice-ci", "sluice-build"] : "${account}-bucket" => { account = account, role = "roles/storage.legacyBucketReader" } },
  )

  bucket = google_storage_bucket.sources.name
  role   = each.value.role
  member = module.identity.members[each.value.account]
}
