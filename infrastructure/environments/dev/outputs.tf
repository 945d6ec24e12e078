output "address" {
  description = "Where the domains point; null before there are images."
  value       = one(module.edge[*].address)
}

output "dns_records" {
  description = "CNAMEs that certificates wait for; null before there are images."
  value       = one(module.edge[*].dns_records)
}

output "repository" {
  description = "Where images are pushed."
  value       = module.registry.repository
}

output "github" {
  description = "What workflows authenticate with: the provider and the accounts."
  value       = { provider = module.identity.github_provider, accounts = module.identity.emails }
}

output "sources_bucket" {
  description = "Bucket of what Cloud Build builds from."
  value       = module.build.bucket
}
