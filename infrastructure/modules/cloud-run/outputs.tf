output "service" {
  description = "The service's id and name."
  value       = { id = google_cloud_run_v2_service.this.id, name = google_cloud_run_v2_service.this.name }
}

output "backend_group" {
  description = "The endpoint group, for the edge module."
  value       = google_compute_region_network_endpoint_group.this.id
}

output "latest_revision" {
  description = "The newest revision that is ready: what a canary falls back to."
  value       = google_cloud_run_v2_service.this.latest_ready_revision
}
