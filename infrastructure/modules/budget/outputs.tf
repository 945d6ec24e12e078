output "budgets" {
  description = "Budgets' ids by name."
  value       = { for name, budget in google_billing_budget.this : name => budget.id }
}
