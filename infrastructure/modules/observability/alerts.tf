locals {
  alerts = { for name, path in var.alerts : name => jsondecode(file(path)) }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = try(each.value.displayName, each.key)
  combiner              = try(each.value.combiner, "OR")
  enabled               = try(each.value.enabled, true)
  severity              = try(each.value.severity, null)
  notification_channels = local.channels
  user_labels           = merge(var.labels, try(each.value.userLabels, {}))

  documentation {
    subject   = try(each.value.documentation.subject, null)
    content   = each.value.documentation.content
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = try(each.value.alertStrategy.autoClose, "1800s")

    # Google wants a limit with matched logs, and takes none without.
    dynamic "notification_rate_limit" {
      for_each = anytrue([for condition in each.value.conditions : can(condition.conditionMatchedLog)]) ? [try(each.value.alertStrategy.notificationRateLimit.period, "300s")] : []
      content {
        period = notification_rate_limit.value
      }
    }
  }

  dynamic "conditions" {
    for_each = each.value.conditions
    content {
      display_name = conditions.value.displayName

      dynamic "condition_prometheus_query_language" {
        for_each = try([conditions.value.conditionPrometheusQueryLanguage], [])
        content {
          query                     = condition_prometheus_query_language.value.query
          duration                  = try(condition_prometheus_query_language.value.duration, "0s")
          evaluation_interval       = try(condition_prometheus_query_language.value.evaluationInterval, "30s")
          labels                    = try(condition_prometheus_query_language.value.labels, null)
          rule_group                = try(condition_prometheus_query_language.value.ruleGroup, null)
          alert_rule                = try(condition_prometheus_query_language.value.alertRule, null)
          disable_metric_validation = try(condition_prometheus_query_language.value.disableMetricValidation, true) # A new project has no series yet.
        }
      }

      dynamic "condition_matched_log" {
        for_each = try([conditions.value.conditionMatchedLog], [])
        content {
          filter           = condition_matched_log.value.filter
          label_extractors = try(condition_matched_log.value.labelExtractors, null)
        }
      }
    }
  }
}
