locals {
  # Services of this configuration and what reading and changing them takes. The roles viewer and editor would be shorter, and
  # about everything.
  profiles = {
    plan = [
      "roles/artifactregistry.reader", "roles/bigquery.metadataViewer", "roles/binaryauthorization.policyViewer", "roles/browser",
      "roles/certificatemanager.viewer", "roles/cloudkms.viewer", "roles/compute.viewer", "roles/container.clusterViewer",
      "roles/dns.reader", "roles/iam.securityReviewer", "roles/iam.workloadIdentityPoolViewer", "roles/memorystore.viewer",
      "roles/monitoring.viewer", "roles/networkconnectivity.hubViewer", "roles/orgpolicy.policyViewer", "roles/pubsub.viewer",
      "roles/run.viewer", "roles/secretmanager.viewer", "roles/serviceusage.serviceUsageConsumer", "roles/storage.bucketViewer",
      "roles/aiplatform.viewer",
    ]
    apply = [
      "roles/aiplatform.admin", "roles/artifactregistry.admin", "roles/bigquery.admin", "roles/binaryauthorization.policyEditor",
      "roles/certificatemanager.editor", "roles/cloudkms.admin", "roles/compute.loadBalancerAdmin", "roles/compute.networkAdmin",
      "roles/compute.securityAdmin", "roles/container.clusterAdmin", "roles/dns.admin", "roles/iam.roleAdmin",
      "roles/iam.serviceAccountAdmin", "roles/iam.workloadIdentityPoolAdmin", "roles/memorystore.admin", "roles/monitoring.admin",
      "roles/networkconnectivity.hubAdmin", "roles/pubsub.admin", "roles/resourcemanager.projectIamAdmin", "roles/run.admin",
      "roles/secretmanager.admin", "roles/serviceusage.serviceUsageAdmin", "roles/storage.admin",
    ]
  }
  roles    = merge([for name, account in var.accounts : { for role in setunion(account.roles, account.profile == null ? [] : local.profiles[account.profile]) : "${name}/${role}" => { account = name, role = role } }]...)
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
