resource "google_storage_bucket_iam_member" "sources" {
  for_each = merge([for name, member in var.accounts : {
    "${name}-objects" = { member = member, role = "roles/storage.objectUser" }
    "${name}-bucket"  = { member = member, role = "roles/storage.legacyBucketReader" }
  }]...)

  bucket = google_storage_bucket.sources.name
  role   = each.value.role
  member = each.value.member
}

# The key is made by hand, so that no apply can make another; its only user is the build.
resource "google_kms_crypto_key_iam_member" "signer" {
  count = var.signing_key_version == null ? 0 : 1

  crypto_key_id = split("/cryptoKeyVersions/", var.signing_key_version)[0]
  role          = "roles/cloudkms.signerVerifier"
  member        = var.accounts.build
}
