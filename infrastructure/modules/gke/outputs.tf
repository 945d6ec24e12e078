output "cluster" {
  description = "The cluster's id, name and location."
  value = {
    id       = google_container_cluster.this.id
    name     = google_container_cluster.this.name
    location = google_container_cluster.this.location
  }
}

output "dns_endpoint" {
  description = "Where kubectl reaches the control plane from outside of the VPC: `gcloud container clusters get-credentials --dns-endpoint`."
  value       = google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint
}

output "workload_pool" {
  description = "The pool of workload identities."
  value       = google_container_cluster.this.workload_identity_config[0].workload_pool
}
