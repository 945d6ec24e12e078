output "key_ids" {
  description = "The keys' ids by name. They are known once the keys' users have been let in, so that whoever uses one waits for that."
  value       = { for name, key in google_kms_crypto_key.this : name => key.id }
  depends_on  = [google_kms_crypto_key_iam_member.user]
}
