variable "project_id" {
  description = "The project of topic and dataset."
  type        = string
}

variable "project_number" {
  description = "The project's number: Pub/Sub's agent is named by it."
  type        = string
}

variable "region" {
  description = "Where messages and rows are."
  type        = string
}

variable "schema" {
  description = "Path of the Avro schema of an event. null: this module's own, schema/usage.avsc."
  type        = string
  default     = null
  validation {
    condition     = var.schema == null || try(jsondecode(file(var.schema)).type == "record", false)
    error_message = "The schema is the JSON of an Avro record."
  }
}

variable "encoding" {
  description = "How events are written into messages."
  type        = string
  default     = "JSON"
  validation {
    condition     = contains(["JSON", "BINARY"], var.encoding)
    error_message = "encoding is JSON or BINARY."
  }
}

variable "table" {
  description = "Partitions are days of `partition_by`; `retention_days` is how long they stay, 0 for ever."
  type = object({
    dataset        = optional(string, "sluice")
    name           = optional(string, "usage")
    partition_by   = optional(string, "occurred_at")
    cluster_by     = optional(list(string), ["tenant", "user", "model"])
    retention_days = optional(number, 400)
  })
  default = {}
  validation {
    condition     = length(var.table.cluster_by) >= 1 && length(var.table.cluster_by) <= 4
    error_message = "BigQuery clusters by one to four columns."
  }
}

variable "views" {
  description = "More views by name: paths of SQL files in which $${table} is the table and $${distinct} a query of the distinct events of the last 92 days."
  type        = map(string)
  default     = {}
}

variable "billing_export" {
  description = "Cloud Billing's export, PROJECT.DATASET.TABLE, for the view `reconciliation`. null: without that view."
  type        = string
  default     = null
  validation {
    condition     = var.billing_export == null || can(regex("^[a-z][a-z0-9:.-]+\\.\\w+\\.gcp_billing_export_\\w+$", var.billing_export))
    error_message = "billing_export is PROJECT.DATASET.TABLE of a table that begins with gcp_billing_export_."
  }
}

variable "publishers" {
  description = "Members that publish events, by a label."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.publishers) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts publish: a member begins with serviceAccount:."
  }
}

variable "readers" {
  description = "Members that read the dataset, by a label: people by group:, machines by serviceAccount:."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.readers) : can(regex("^(group|serviceAccount):", member))])
    error_message = "Readers are groups or service accounts, not single people."
  }
}

variable "keys" {
  description = "Ids of the CMEKs."
  type = object({
    topic = string
    table = string
  })
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the table."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels of topic, subscriptions and dataset."
  type        = map(string)
  default     = {}
}
