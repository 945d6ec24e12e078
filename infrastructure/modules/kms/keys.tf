resource "google_kms_key_ring" "this" {
  project  = var.project_id
  location = var.location
  name     = var.name
}

resource "google_kms_crypto_key" "this" {
  for_each = var.keys

  key_ring                   = google_kms_key_ring.this.id
  name                       = each.key
  purpose                    = "ENCRYPT_DECRYPT"
  rotation_period            = "${each.value.rotation_days * 86400}s"
  destroy_scheduled_duration = "2592000s" # 30 days to take a mistake back.

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = each.value.protection
  }

  lifecycle {
    # With the key goes all that it encrypts.
    prevent_destroy = true
  }
}
