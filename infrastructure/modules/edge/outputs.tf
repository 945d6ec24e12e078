output "address" {
  description = "The load balancer's address: the A record of every domain."
  value       = google_compute_global_address.this.address
}

output "dns_records" {
  description = "CNAMEs by domain that prove to Google whose it is; the certificate waits for them."
  value       = { for domain, authorization in google_certificate_manager_dns_authorization.this : domain => one(authorization.dns_resource_record[*]) }
}

output "backend_service_id" {
  description = "The backend service's id."
  value       = google_compute_backend_service.this.id
}

output "security_policy_id" {
  description = "Cloud Armor's policy, for other backend services of the project."
  value       = google_compute_security_policy.this.id
}
