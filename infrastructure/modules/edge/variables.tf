variable "project_id" {
  description = "The load balancer's project."
  type        = string
}

variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "sluice"
}

variable "domains" {
  description = "Names that clients call. Each needs the CNAME of the output dns_records before its certificate is issued."
  type        = list(string)
  validation {
    condition     = length(var.domains) > 0 && alltrue([for domain in var.domains : can(regex("^([a-z0-9]([-a-z0-9]*[a-z0-9])?\\.)+[a-z]{2,}$", domain))])
    error_message = "At least one domain, such as llm.example.com, without a trailing dot."
  }
}

variable "backends" {
  description = <<-EOT
    What answers: endpoint groups of one kind by name. `serverless` is Cloud Run, else they are the zonal groups of GKE, whose
    pods take `port` over TLS; `server_name` is the name in Envoy's certificate, and
    `ca_pem` the certificate (PEM, public) of who signed it.
  EOT
  type = object({
    groups      = map(string)
    serverless  = bool
    port        = optional(number, 8443)
    server_name = optional(string)
    ca_pem      = optional(string)
    max_rate    = optional(number, 500)
    health_path = optional(string, "/healthz")
  })
  validation {
    condition     = var.backends.serverless || (var.backends.server_name != null && var.backends.ca_pem != null)
    error_message = "Backends that aren't serverless need server_name and ca_pem: the load balancer would take any certificate otherwise."
  }
}

variable "timeout_seconds" {
  description = "How long an answer may take. The load balancer's own default, 30 s, cuts streams."
  type        = number
  default     = 3600
  validation {
    condition     = var.timeout_seconds >= 300
    error_message = "timeout_seconds is at least 300: it is the whole of an answer, and streams take minutes."
  }
}

variable "rate_limits" {
  description = "Requests a minute by one credential and by one address; who goes on above ban_factor times that is shut out for ban_seconds. Token budgets are the filter's: this keeps floods away from it."
  type = object({
    per_credential = optional(number, 1200)
    per_address    = optional(number, 3000)
    ban_factor     = optional(number, 5)
    ban_seconds    = optional(number, 600)
  })
  default = {}
  validation {
    condition     = var.rate_limits.per_credential > 0 && var.rate_limits.per_address > 0 && var.rate_limits.ban_factor >= 1
    error_message = "Limits are positive, and ban_factor is at least 1."
  }
}

variable "waf_rules" {
  description = <<-EOT
    Cloud Armor's rule sets by name, with sensitivity 1 (surest) to 4 and `preview` (logged only). Prompts quote SQL, scripts and
    shell: sets that look into bodies are in preview until their log has been read.
  EOT
  type = map(object({
    sensitivity = optional(number, 1)
    preview     = optional(bool, false)
  }))
  default = {
    "cve-canary"                  = {}
    "protocolattack-v33-stable"   = {}
    "scannerdetection-v33-stable" = {}
    "sessionfixation-v33-stable"  = {}
    "lfi-v33-stable"              = { preview = true }
    "rce-v33-stable"              = { preview = true }
    "rfi-v33-stable"              = { preview = true }
    "sqli-v33-stable"             = { preview = true }
    "xss-v33-stable"              = { preview = true }
  }
  validation {
    condition     = alltrue([for rule in values(var.waf_rules) : rule.sensitivity >= 1 && rule.sensitivity <= 4])
    error_message = "sensitivity is 1 to 4."
  }
}

variable "denied_ranges" {
  description = "Addresses that get a 403, as CIDR blocks; ten a rule, so at most 100."
  type        = list(string)
  default     = []
  validation {
    condition     = length(var.denied_ranges) <= 100 && alltrue([for range in var.denied_ranges : can(cidrhost(range, 0))])
    error_message = "denied_ranges are at most 100 CIDR blocks."
  }
}

variable "allowed_ranges" {
  description = "Where clients may come from, as up to ten CIDR blocks. Empty: everywhere."
  type        = list(string)
  default     = []
  validation {
    condition     = length(var.allowed_ranges) <= 10 && alltrue([for range in var.allowed_ranges : can(cidrhost(range, 0))])
    error_message = "allowed_ranges are at most ten CIDR blocks."
  }
}

variable "plugin" {
  description = <<-EOT
    The filter as a Service Extensions plugin, in the load balancer's own process: it redacts and restores before anything reaches
    a backend. It authenticates nobody. `image` is by digest; `versions` keeps older ones for a way back. null: none.
  EOT
  type = object({
    current = string
    versions = map(object({
      image  = string
      config = optional(string)
    }))
    paths     = optional(list(string), ["/v1/", "/v1beta1/"])
    fail_open = optional(bool, false)
    log_level = optional(string, "INFO")
  })
  default = null
  validation {
    condition     = var.plugin == null || try(contains(keys(var.plugin.versions), var.plugin.current), false)
    error_message = "current is one of versions."
  }
  validation {
    condition     = var.plugin == null || try(alltrue([for version in values(var.plugin.versions) : can(regex("@sha256:[0-9a-f]{64}$", version.image))]), false)
    error_message = "Images are named by digest (…@sha256:…)."
  }
  validation {
    condition     = var.plugin == null || try(!var.plugin.fail_open, false)
    error_message = "fail_open is false: a plugin that fails must not let personal data pass."
  }
}

variable "logging_sample_rate" {
  description = "Share of requests that the load balancer logs, 0 to 1. Its log has no bodies."
  type        = number
  default     = 1
}

variable "labels" {
  description = "Labels of all that can have some."
  type        = map(string)
  default     = {}
}
