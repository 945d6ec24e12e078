output "emails" {
  description = "E-mails of the accounts by name."
  value       = { for name, account in google_service_account.this : name => account.email }
}

output "members" {
  description = "The accounts as IAM names them, by name."
  value       = { for name, account in google_service_account.this : name => account.member }
}

output "github_provider" {
  description = "What google-github-actions/auth takes as workload_identity_provider."
  value       = google_iam_workload_identity_pool_provider.github.name
}

output "github_condition" {
  description = "The CEL condition that GitHub's tokens must meet."
  value       = local.github_condition
}
