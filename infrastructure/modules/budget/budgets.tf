# These tell; they stop nothing. What stops a tenant is the gateway's own budget.
resource "google_billing_budget" "this" {
  for_each = var.budgets

  billing_account = var.billing_account
  display_name    = each.key

  budget_filter {
    projects               = [for number in var.project_numbers : "projects/${number}"]
    services               = each.value.services
    calendar_period        = "MONTH"
    credit_types_treatment = "EXCLUDE_ALL_CREDITS"
  }

  amount {
    specified_amount {
      currency_code = var.currency
      units         = tostring(each.value.amount)
    }
  }

  dynamic "threshold_rules" {
    for_each = each.value.thresholds
    content {
      threshold_percent = threshold_rules.value
      spend_basis       = "CURRENT_SPEND"
    }
  }

  dynamic "threshold_rules" {
    for_each = each.value.forecasts
    content {
      threshold_percent = threshold_rules.value
      spend_basis       = "FORECASTED_SPEND"
    }
  }

  all_updates_rule {
    monitoring_notification_channels = var.notification_channels
    disable_default_iam_recipients   = false
  }
}
