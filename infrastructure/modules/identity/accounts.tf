resource "google_service_account" "this" {
  for_each = var.accounts

  project      = var.project_id
  account_id   = each.key
  display_name = each.value.what
  description  = each.value.what
}

# No google_service_account_key, here or elsewhere: policies.tf forbids them, and nothing needs one.
