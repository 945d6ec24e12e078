output "secrets" {
  description = "Secrets' ids by name."
  value       = { for name, secret in google_secret_manager_secret.this : name => secret.id }
}

output "rotation_topic" {
  description = "Where Secret Manager says that a rotation is due."
  value       = google_pubsub_topic.rotation.id
}
