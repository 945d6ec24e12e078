# A pod is who its Kubernetes service account is bound to; there is no key in between.
resource "google_service_account_iam_member" "workload" {
  for_each = var.workload_identities

  service_account_id = "projects/${var.project_id}/serviceAccounts/${each.value}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project_id}.svc.id.goog[${each.key}]"

  depends_on = [google_container_cluster.this] # The pool of identities comes with the first cluster.
}
