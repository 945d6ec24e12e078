output "repository" {
  description = "What an image's name begins with."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.this.repository_id}"
}

output "attestor" {
  description = "The attestor's full name, for the cluster's Binary Authorization; null without one."
  value       = one([for attestor in google_binary_authorization_attestor.this : "projects/${var.project_id}/attestors/${attestor.name}"])
}
