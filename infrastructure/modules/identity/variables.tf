variable "project_id" {
  description = "The project of the accounts."
  type        = string
}

variable "accounts" {
  description = <<-EOT
    Service accounts by name. `roles` are on the project; what is narrower is granted by the module of what it is
    about. `profile` adds the roles of who plans or applies this configuration.
    `subjects` are the subjects of GitHub's tokens that may be this account: repo:owner/name:environment:prod or
    repo:owner/name:pull_request. `act_as` are accounts of this map that it may run things as.
  EOT
  type = map(object({
    what     = string
    roles    = optional(set(string), [])
    profile  = optional(string)
    subjects = optional(set(string), [])
    act_as   = optional(set(string), [])
  }))
  validation {
    condition     = alltrue([for account in values(var.accounts) : account.profile == null || contains(["plan", "apply"], coalesce(account.profile, "-"))])
    error_message = "profile is plan or apply."
  }
  validation {
    condition     = alltrue([for account in values(var.accounts) : account.profile != "apply" || alltrue([for subject in account.subjects : can(regex(":environment:", subject))])])
    error_message = "Who applies is of an environment: its approval stands before the token."
  }
  validation {
    condition     = alltrue([for name in keys(var.accounts) : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", name))])
    error_message = "An account's name has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
  validation {
    condition     = alltrue(flatten([for account in values(var.accounts) : [for role in account.roles : !contains(["roles/owner", "roles/editor", "roles/viewer"], role)]]))
    error_message = "No primitive roles: owner, editor and viewer are about everything."
  }
  validation {
    condition     = alltrue(flatten([for account in values(var.accounts) : [for role in account.roles : can(regex("^(roles|projects/[^/]+/roles|organizations/[^/]+/roles)/", role))]]))
    error_message = "A role is named in full: roles/logging.logWriter."
  }
  validation {
    condition     = alltrue(flatten([for account in values(var.accounts) : [for other in account.act_as : contains(keys(var.accounts), other)]]))
    error_message = "act_as names accounts of this map."
  }
  validation {
    condition     = alltrue(flatten([for account in values(var.accounts) : [for subject in account.subjects : can(regex("^repo:[^:*]+:(environment:[^:*]+|pull_request)$", subject))]]))
    error_message = "A subject is of one environment, or of pull requests: repo:owner/name:environment:prod. A branch alone would pass the environment's approval by."
  }
}

variable "github" {
  description = <<-EOT
    The repository whose workflows may be accounts of the map. Ids stay when names change hands: `gh api repos/owner/name`
    shows them. `refs` are what may run outside of pull requests.
  EOT
  type = object({
    repository    = string
    repository_id = string
    owner_id      = string
    refs          = optional(list(string), ["refs/heads/main"])
  })
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "repository reads owner/name."
  }
  validation {
    condition     = can(regex("^[0-9]+$", var.github.repository_id)) && can(regex("^[0-9]+$", var.github.owner_id))
    error_message = "repository_id and owner_id are numbers: a name can be taken over by somebody else, an id can't."
  }
  validation {
    condition     = length(var.github.refs) > 0 && alltrue([for ref in var.github.refs : can(regex("^refs/(heads|tags)/[A-Za-z0-9._/-]+$", ref))])
    error_message = "refs are whole: refs/heads/main, without a pattern."
  }
}

variable "guard_project" {
  description = "Whether org policies on the project forbid keys of service accounts, public addresses and public buckets. Needs orgpolicy.policyAdmin on the organization."
  type        = bool
  default     = true
}

variable "cmek_services" {
  description = "APIs whose resources must have a CMEK, by org policy. Empty: no policy."
  type        = list(string)
  default     = ["artifactregistry.googleapis.com", "bigquery.googleapis.com", "pubsub.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com"]
}
