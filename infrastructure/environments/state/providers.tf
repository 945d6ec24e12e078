# Made once, by hand, before all else. Its own state is on your disk until `terraform init -migrate-state` moves it into the bucket.
provider "google" {
  project        = var.project_id
  region         = var.location
  default_labels = { app = "sluice", environment = "state" }
}

data "google_project" "this" {
  project_id = var.project_id
}
