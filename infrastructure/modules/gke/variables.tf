variable "project_id" {
  description = "The cluster's project."
  type        = string
}

variable "name" {
  description = "The cluster's name."
  type        = string
  default     = "sluice"
  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,38}[a-z0-9]$", var.name))
    error_message = "A cluster's name has 2 to 40 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "The cluster's region: its control plane runs in three zones of it."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region such as europe-west1, not a zone: a zonal control plane is down while it is upgraded."
  }
}

variable "zones" {
  description = "Zones of the nodes."
  type        = list(string)
  validation {
    condition     = length(distinct(var.zones)) >= 2 && length(distinct(var.zones)) == length(var.zones)
    error_message = "Nodes are in at least two zones, each named once: one zone is one outage."
  }
}

variable "network" {
  description = "VPC and subnet, with secondary ranges called pods and services."
  type = object({
    id        = string
    subnet_id = string
  })
}

variable "authorized_ranges" {
  description = "Ranges that may call the control plane's private address, by name. Others take its DNS endpoint, which IAM guards."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for range in values(var.authorized_ranges) : can(cidrhost(range, 0)) && !endswith(range, "/0")])
    error_message = "authorized_ranges are CIDR blocks, and never the whole internet."
  }
}

variable "node_account" {
  description = "E-mail of the nodes' service account. It pulls images and writes logs and metrics; workloads have their own."
  type        = string
  validation {
    condition     = !can(regex("-compute@developer", var.node_account))
    error_message = "Not the default service account: it may be an editor of the project."
  }
}

variable "pools" {
  description = "Node pools by name. Counts are of the whole pool, over all zones."
  type = map(object({
    machine_type = optional(string, "n2d-standard-4")
    min_nodes    = optional(number, 2)
    max_nodes    = optional(number, 6)
    disk_gb      = optional(number, 50)
    disk_type    = optional(string, "pd-balanced")
    spot         = optional(bool, false)
    labels       = optional(map(string), {})
    taints       = optional(list(object({ key = string, value = string, effect = string })), [])
  }))
  default = { gateway = {} }
  validation {
    condition     = alltrue([for pool in values(var.pools) : pool.min_nodes >= 1 && pool.max_nodes >= pool.min_nodes])
    error_message = "A pool has at least one node, and max_nodes is at least min_nodes."
  }
}

variable "keys" {
  description = "Ids of the CMEKs of Secrets in etcd and of the nodes' disks."
  type = object({
    etcd  = string
    disks = string
  })
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the cluster."
  type        = bool
  default     = true
}

variable "release_channel" {
  description = "How soon new versions come."
  type        = string
  default     = "REGULAR"
  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE", "EXTENDED"], var.release_channel)
    error_message = "release_channel is RAPID, REGULAR, STABLE or EXTENDED: a cluster outside of a channel isn't patched."
  }
}

variable "maintenance" {
  description = "The weekly window of upgrades, RFC 3339 times in UTC and an RFC 5545 rule."
  type = object({
    start      = optional(string, "2026-01-03T02:00:00Z")
    end        = optional(string, "2026-01-03T08:00:00Z")
    recurrence = optional(string, "FREQ=WEEKLY;BYDAY=SA,SU")
  })
  default = {}
}

variable "binary_authorization" {
  description = "Whose signature an image needs: attestors by full name. None: only images of `registries` may run."
  type = object({
    attestors  = optional(list(string), [])
    registries = list(string)
    dry_run    = optional(bool, false)
  })
  validation {
    condition     = alltrue([for registry in var.binary_authorization.registries : can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/", registry))])
    error_message = "registries are of Artifact Registry, such as europe-west1-docker.pkg.dev/my-project/sluice."
  }
}

variable "security_group" {
  description = "Google group whose members RBAC may name: gke-security-groups@your-domain. null: none."
  type        = string
  default     = null
  validation {
    condition     = var.security_group == null || startswith(coalesce(var.security_group, "gke-security-groups@"), "gke-security-groups@")
    error_message = "GKE takes a group called gke-security-groups@ and its nested groups only."
  }
}

variable "workload_identities" {
  description = "Who a Kubernetes service account is to Google: e-mails of Google service accounts by namespace/name."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for key in keys(var.workload_identities) : can(regex("^[a-z0-9-]+/[a-z0-9-]+$", key))])
    error_message = "Keys are namespace/name of a Kubernetes service account."
  }
}

variable "labels" {
  description = "Labels of cluster and nodes."
  type        = map(string)
  default     = {}
}
