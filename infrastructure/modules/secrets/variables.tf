variable "project_id" {
  description = "The secrets' project."
  type        = string
}

variable "secrets" {
  description = <<-EOT
    Secrets by name; their values never pass through Terraform. `readers` are members by a label. `rotation_days` is how often
    whoever listens to the topic is told to add a version. `regions` are where copies are, with the CMEK of each.
  EOT
  type = map(object({
    readers       = optional(map(string), {})
    rotation_days = optional(number, 90)
    regions       = map(string)
  }))
  validation {
    condition     = alltrue([for secret in values(var.secrets) : secret.rotation_days >= 1 && secret.rotation_days <= 365])
    error_message = "A secret is rotated at least once a year: rotation_days is 1 to 365."
  }
  validation {
    condition     = alltrue([for secret in values(var.secrets) : length(secret.regions) > 0])
    error_message = "A secret is in at least one region, with the CMEK of that region."
  }
  validation {
    condition     = alltrue(flatten([for secret in values(var.secrets) : [for member in values(secret.readers) : startswith(member, "serviceAccount:")]]))
    error_message = "Only service accounts read secrets: a member begins with serviceAccount:."
  }
}

variable "first_rotation" {
  description = "When the first rotation is due, RFC 3339. Google counts on from there."
  type        = string
  validation {
    condition     = can(timeadd(var.first_rotation, "0s"))
    error_message = "first_rotation is an RFC 3339 time, such as 2027-01-01T00:00:00Z."
  }
}

variable "project_number" {
  description = "The project's number: Secret Manager's agent is named by it."
  type        = string
}

variable "topic_key" {
  description = "Id of the CMEK of the rotation topic."
  type        = string
}

variable "labels" {
  description = "Labels of secrets and topic."
  type        = map(string)
  default     = {}
}
