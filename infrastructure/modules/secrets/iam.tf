locals {
  readers = merge([for name, secret in var.secrets : { for label, member in secret.readers : "${name}/${label}" => { secret = name, member = member } }]...)
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.readers

  project   = var.project_id
  secret_id = google_secret_manager_secret.this[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}
