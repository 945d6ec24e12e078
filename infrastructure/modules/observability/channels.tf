resource "google_monitoring_notification_channel" "this" {
  for_each = var.channels

  project      = var.project_id
  display_name = each.key
  type         = each.value.type
  labels       = each.value.labels
  user_labels  = var.labels
}

locals {
  channels = concat(values(google_monitoring_notification_channel.this)[*].id, var.extra_channels)
}
