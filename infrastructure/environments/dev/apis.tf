resource "google_project_service" "this" {
  for_each = toset([
    "aiplatform.googleapis.com", "artifactregistry.googleapis.com", "bigquery.googleapis.com", "billingbudgets.googleapis.com",
    "binaryauthorization.googleapis.com", "certificatemanager.googleapis.com", "cloudbuild.googleapis.com", "cloudkms.googleapis.com", "compute.googleapis.com",
    "containeranalysis.googleapis.com", "dns.googleapis.com", "iamcredentials.googleapis.com", "monitoring.googleapis.com",
    "networkconnectivity.googleapis.com", "orgpolicy.googleapis.com", "pubsub.googleapis.com", "run.googleapis.com",
    "secretmanager.googleapis.com", "sts.googleapis.com",
  ])

  service            = each.value
  disable_on_destroy = false # What is off for one is off for all of the project.
}
