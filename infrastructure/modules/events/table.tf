locals {
  # Avro → BigQuery, as Pub/Sub maps them. The table is read off the schema, so they can't part.
  scalars  = { string = "STRING", int = "INTEGER", long = "INTEGER", float = "FLOAT", double = "FLOAT", boolean = "BOOLEAN", bytes = "BYTES" }
  logicals = { timestamp-micros = "TIMESTAMP", timestamp-millis = "TIMESTAMP", date = "DATE" }

  fields = [for field in local.schema.fields : {
    name     = field.name
    doc      = try(field.doc, null)
    nullable = can(tolist(field.type)) || can(field.type[0]) && !can(field.type.type)
    # The type that isn't null, of a union; the type itself else. As JSON: the branches would have different types.
    type = jsondecode(can(field.type[0]) && !can(field.type.type) ? jsonencode([for type in field.type : type if try(type != "null", true)][0]) : jsonencode(field.type))
  }]

  columns = [for field in local.fields : merge(
    {
      name = field.name
      mode = try(field.type.type, "") == "map" ? "REPEATED" : field.nullable ? "NULLABLE" : "REQUIRED"
      type = (
        try(field.type.type, "") == "map" ? "RECORD" :
        try(field.type.type, "") == "enum" ? "STRING" :
        try(local.logicals[field.type.logicalType], null) != null ? local.logicals[field.type.logicalType] :
        local.scalars[try(field.type.type, field.type)]
      )
    },
    field.doc == null ? {} : { description = field.doc },
    try(field.type.type, "") != "map" ? {} : {
      fields = [
        { name = "key", type = "STRING", mode = "REQUIRED" },
        { name = "value", type = local.scalars[field.type.values], mode = "REQUIRED" },
      ]
    },
  )]

  # Each view is a file in views/. Those that sum up read the distinct events of the last 92 days: the range stands within, where
  # it names the partitions whatever BigQuery makes of a filter outside.
  sql_table = "${var.project_id}.${google_bigquery_table.usage.dataset_id}.${google_bigquery_table.usage.table_id}"
  distinct  = "${path.module}/views/distinct_usage.sql"
  recent    = "occurred_at >= TIMESTAMP_SUB(TIMESTAMP_TRUNC(CURRENT_TIMESTAMP(), DAY), INTERVAL 92 DAY)"
  sql = {
    table    = local.sql_table
    range    = "TRUE"
    distinct = templatefile(local.distinct, { table = local.sql_table, range = local.recent })
    billing  = coalesce(var.billing_export, "none")
  }
  names = concat(["distinct_usage", "daily_usage", "month_to_date"], var.billing_export == null ? [] : ["reconciliation"])
  views = merge({ for name in local.names : name => "${path.module}/views/${name}.sql" }, var.views)

  metadata = [
    { name = "subscription_name", type = "STRING", mode = "NULLABLE" },
    { name = "message_id", type = "STRING", mode = "NULLABLE" },
    { name = "publish_time", type = "TIMESTAMP", mode = "NULLABLE" },
    { name = "attributes", type = "JSON", mode = "NULLABLE" },
  ]
}

resource "google_bigquery_dataset" "this" {
  project                    = var.project_id
  dataset_id                 = var.table.dataset
  location                   = var.region
  description                = "What the gateway's exchanges used and cost."
  delete_contents_on_destroy = false
  max_time_travel_hours      = "168"
  labels                     = var.labels

  default_encryption_configuration {
    kms_key_name = var.keys.table
  }
}

resource "google_bigquery_table" "usage" {
  project                  = var.project_id
  dataset_id               = google_bigquery_dataset.this.dataset_id
  table_id                 = var.table.name
  description              = "One row a delivery; the view of distinct events has one an event."
  deletion_protection      = var.deletion_protection
  require_partition_filter = true # Nobody reads the whole of it by mistake.
  clustering               = var.table.cluster_by
  schema                   = jsonencode(concat(local.columns, local.metadata))
  labels                   = var.labels

  time_partitioning {
    type          = "DAY"
    field         = var.table.partition_by
    expiration_ms = var.table.retention_days == 0 ? null : var.table.retention_days * 86400000
  }

  encryption_configuration {
    kms_key_name = var.keys.table
  }

  lifecycle {
    precondition {
      condition     = alltrue([for column in concat([var.table.partition_by], var.table.cluster_by) : contains(local.columns[*].name, column)])
      error_message = "partition_by and cluster_by are fields of the schema."
    }
  }
}

resource "google_bigquery_table" "view" {
  for_each = local.views

  project             = var.project_id
  dataset_id          = google_bigquery_dataset.this.dataset_id
  table_id            = each.key
  deletion_protection = false # It holds nothing.
  labels              = var.labels

  view {
    query          = templatefile(each.value, local.sql)
    use_legacy_sql = false
  }
}
