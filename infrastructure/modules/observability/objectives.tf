locals {
  slos = { for name, path in var.slos : name => jsondecode(file(path)) }
}

resource "google_monitoring_custom_service" "this" {
  project      = var.project_id
  service_id   = var.name
  display_name = var.name
  user_labels  = var.labels
}

resource "google_monitoring_slo" "this" {
  for_each = local.slos

  project             = var.project_id
  service             = google_monitoring_custom_service.this.service_id
  slo_id              = each.key
  display_name        = try(each.value.displayName, each.key)
  goal                = each.value.goal
  rolling_period_days = can(each.value.calendarPeriod) ? null : floor(tonumber(trimsuffix(try(each.value.rollingPeriod, "2419200s"), "s")) / 86400)
  calendar_period     = try(each.value.calendarPeriod, null)
  user_labels         = var.labels

  request_based_sli {
    dynamic "good_total_ratio" {
      for_each = try([each.value.serviceLevelIndicator.requestBased.goodTotalRatio], [])
      content {
        good_service_filter  = try(good_total_ratio.value.goodServiceFilter, null)
        bad_service_filter   = try(good_total_ratio.value.badServiceFilter, null)
        total_service_filter = try(good_total_ratio.value.totalServiceFilter, null)
      }
    }

    dynamic "distribution_cut" {
      for_each = try([each.value.serviceLevelIndicator.requestBased.distributionCut], [])
      content {
        distribution_filter = distribution_cut.value.distributionFilter
        range {
          min = try(distribution_cut.value.range.min, null)
          max = try(distribution_cut.value.range.max, null)
        }
      }
    }
  }
}
