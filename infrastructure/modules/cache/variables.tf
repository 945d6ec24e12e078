variable "project_id" {
  description = "The instance's project."
  type        = string
}

variable "region" {
  description = "The instance's region."
  type        = string
}

variable "name" {
  description = "The instance's id."
  type        = string
  default     = "sluice-cache"
  validation {
    condition     = can(regex("^[a-z0-9][-a-z0-9]{2,61}[a-z0-9]$", var.name))
    error_message = "An instance's id has 4 to 63 lower-case letters, digits and hyphens, and doesn't end with a hyphen."
  }
}

variable "network" {
  description = "The VPC that the endpoints are in, and the policy that lets Memorystore put them there."
  type = object({
    id     = string
    policy = string
  })
}

variable "size" {
  description = "Node type, shards, and replicas of each shard. Budgets live here too: one replica is the least that survives a zone."
  type = object({
    node_type = optional(string, "STANDARD_SMALL")
    shards    = optional(number, 1)
    replicas  = optional(number, 1)
  })
  default = {}
  validation {
    condition     = var.size.replicas >= 1 && var.size.replicas <= 5
    error_message = "A shard has 1 to 5 replicas: without one, a zone's outage is the loss of leases and cache."
  }
  validation {
    condition     = contains(["SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE"], var.size.node_type)
    error_message = "node_type is SHARED_CORE_NANO, STANDARD_SMALL, HIGHMEM_MEDIUM or HIGHMEM_XLARGE."
  }
}

variable "engine_version" {
  description = "Valkey's version."
  type        = string
  default     = "VALKEY_8_0"
  validation {
    condition     = startswith(var.engine_version, "VALKEY_")
    error_message = "A version of Valkey, such as VALKEY_8_0."
  }
}

variable "key" {
  description = "Id of the CMEK."
  type        = string
}

variable "users" {
  description = "Members that may connect, by a label: service accounts."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for member in values(var.users) : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts connect: a member begins with serviceAccount:."
  }
}

variable "backup_days" {
  description = "For how many days daily backups are kept; 0 makes none. Budgets can be rebuilt from usage events, so this saves time, not money."
  type        = number
  default     = 7
  validation {
    condition     = var.backup_days >= 0 && var.backup_days <= 365
    error_message = "backup_days is 0 to 365."
  }
}

variable "deletion_protection" {
  description = "Whether Google refuses to delete the instance."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels of the instance."
  type        = map(string)
  default     = {}
}
