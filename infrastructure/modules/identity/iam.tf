locals {
  roles    = merge([for name, account in var.accounts : { for role in account.roles : "${name}/${role}" => { account = name, role = role } }]...)
  subjects = merge([for name, account in var.accounts : { for subject in account.subjects : "${name}/${subject}" => { account = name, subject = subject } }]...)
  act_as   = merge([for name, account in var.accounts : { for other in account.act_as : "${name}/${other}" => { account = name, other = other } }]...)
}

resource "google_project_iam_member" "role" {
  for_each = local.roles

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.this[each.value.account].member
}

# One subject, one account: a workflow of another environment is somebody else.
resource "google_service_account_iam_member" "github" {
  for_each = local.subjects

  service_account_id = google_service_account.this[each.value.account].id
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/subject/${each.value.subject}"
}

# On the account, not on the project: nobody may be just any account.
resource "google_service_account_iam_member" "act_as" {
  for_each = local.act_as

  service_account_id = google_service_account.this[each.value.other].id
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.this[each.value.account].member
}
