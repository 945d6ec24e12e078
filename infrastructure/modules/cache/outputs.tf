output "id" {
  description = "The instance's id."
  value       = google_memorystore_instance.this.id
}

output "endpoint" {
  description = "Address and port of discovery, in the VPC. REDIS_URL is rediss:// with it."
  value       = one(google_memorystore_instance.this.discovery_endpoints[*])
}

output "certificates" {
  description = "The certificates of the instance's own authority, PEM: clients trust these."
  value       = flatten(google_memorystore_instance.this.managed_server_ca[*].ca_certs[*].certificates)
}
