variable "project_id" {
  description = "The project whose metrics are watched."
  type        = string
}

variable "name" {
  description = "The service's id in Cloud Monitoring."
  type        = string
  default     = "sluice"
}

variable "dashboards" {
  description = "Dashboards by name: paths of files in the form of Cloud Monitoring's REST API."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for path in values(var.dashboards) : can(jsondecode(file(path)).displayName)])
    error_message = "A dashboard is a JSON file with a displayName."
  }
}

variable "alerts" {
  description = "Alert policies by name: paths of files in the form of the REST API. Conditions are in PromQL, or match a log."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for path in values(var.alerts) : can(jsondecode(file(path)).conditions[0])])
    error_message = "An alert policy is a JSON file with conditions."
  }
  validation {
    condition = alltrue(flatten([for path in values(var.alerts) : [
      for condition in try(jsondecode(file(path)).conditions, []) : can(condition.conditionPrometheusQueryLanguage.query) || can(condition.conditionMatchedLog.filter)
    ]]))
    error_message = "A condition is a conditionPrometheusQueryLanguage or a conditionMatchedLog."
  }
  validation {
    condition     = alltrue([for path in values(var.alerts) : can(jsondecode(file(path)).documentation.content)])
    error_message = "An alert says what to do: documentation.content."
  }
}

variable "slos" {
  description = "Service level objectives by id: paths of files in the form of the REST API, of requests that were good or fast enough."
  type        = map(string)
  default     = {}
  validation {
    condition = alltrue([for path in values(var.slos) :
      can(jsondecode(file(path)).serviceLevelIndicator.requestBased.goodTotalRatio) || can(jsondecode(file(path)).serviceLevelIndicator.requestBased.distributionCut)
    ])
    error_message = "An objective is a requestBased indicator: a goodTotalRatio or a distributionCut."
  }
}

variable "channels" {
  description = "Who is told, by name: type email or pubsub, and its labels. Types that need a token are made elsewhere and given as extra_channels: the token would be in the state."
  type = map(object({
    type   = string
    labels = map(string)
  }))
  validation {
    condition     = length(var.channels) > 0
    error_message = "At least one channel: an alert that tells nobody is none."
  }
  validation {
    condition     = alltrue([for channel in values(var.channels) : contains(["email", "pubsub"], channel.type)])
    error_message = "type is email or pubsub: the others need a token."
  }
}

variable "extra_channels" {
  description = "Ids of notification channels that exist already."
  type        = list(string)
  default     = []
}

variable "host" {
  description = "The gateway's public name, which probes of three continents ask. null: none."
  type        = string
  default     = null
}

variable "probe_path" {
  description = "What the probes ask for; anybody may, and it says 200."
  type        = string
  default     = "/healthz"
}

variable "labels" {
  description = "Labels of all that can have some."
  type        = map(string)
  default     = {}
}
