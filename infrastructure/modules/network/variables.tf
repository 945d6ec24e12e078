variable "project_id" {
  description = "The project of the networks."
  type        = string
  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "sluice"
  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,19}$", var.name))
    error_message = "A name has at most 20 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "spokes" {
  description = <<-EOT
    VPCs by name, all joined by the hub. `subnets` are by name; `pods` and `services` make one fit for GKE, `valkey` lets
    Memorystore put its endpoints there. `google_apis_ip` is the address at which this VPC reaches Google's APIs: one outside
    of every subnet. `nat` gives a way out to the internet; `egress_ports` are the TCP ports that may be called there.
    `load_balanced_port` is where Google's load balancer may reach machines of the service accounts in `load_balanced_accounts`.
  EOT
  type = map(object({
    subnets = map(object({
      region   = string
      range    = string
      pods     = optional(string)
      services = optional(string)
      valkey   = optional(bool, false)
    }))
    google_apis_ip         = string
    nat                    = optional(bool, false)
    egress_ports           = optional(list(string), [])
    load_balanced_port     = optional(number)
    load_balanced_accounts = optional(list(string), [])
  }))
  validation {
    condition     = alltrue([for name in keys(var.spokes) : can(regex("^[a-z][a-z0-9]{0,11}$", name))])
    error_message = "A spoke's name has at most 12 lower-case letters and digits: Google allows no more for the endpoint of its APIs."
  }
  validation {
    condition     = alltrue(flatten([for spoke in values(var.spokes) : [for subnet in values(spoke.subnets) : can(cidrhost(subnet.range, 0))]]))
    error_message = "A subnet's range is a CIDR block, such as 10.0.0.0/20."
  }
  validation {
    condition = length(distinct(flatten([for spoke in values(var.spokes) : [for subnet in values(spoke.subnets) : compact([subnet.range, subnet.pods, subnet.services])]]))) == length(
      flatten([for spoke in values(var.spokes) : [for subnet in values(spoke.subnets) : compact([subnet.range, subnet.pods, subnet.services])]])
    )
    error_message = "No range is used twice: the hub joins all spokes."
  }
  validation {
    condition = alltrue(flatten([for spoke in values(var.spokes) : [for subnet in values(spoke.subnets) : [
      for range in compact([subnet.range, subnet.pods, subnet.services]) :
      anytrue([for private in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] : cidrhost("${split("/", range)[0]}/${split("/", private)[1]}", 0) == cidrhost(private, 0)])
    ]]]))
    error_message = "Ranges are private (RFC 1918)."
  }
  validation {
    condition     = alltrue([for spoke in values(var.spokes) : spoke.load_balanced_port == null || length(spoke.load_balanced_accounts) > 0])
    error_message = "load_balanced_port needs load_balanced_accounts: without them every machine of the VPC would be open to the load balancer."
  }
  validation {
    condition     = alltrue([for spoke in values(var.spokes) : length(spoke.egress_ports) == 0 || spoke.nat])
    error_message = "egress_ports needs nat: there is no other way out."
  }
}

variable "google_apis" {
  description = "Which of Google's APIs the private endpoint serves: vpc-sc only those that VPC Service Controls can guard, all-apis all."
  type        = string
  default     = "vpc-sc"
  validation {
    condition     = contains(["vpc-sc", "all-apis"], var.google_apis)
    error_message = "google_apis is vpc-sc or all-apis."
  }
}

variable "flow_log_sampling" {
  description = "Share of flows that are logged, 0 to 1; 0 logs none."
  type        = number
  default     = 0.1
  validation {
    condition     = var.flow_log_sampling >= 0 && var.flow_log_sampling <= 1
    error_message = "flow_log_sampling is a share: 0 to 1."
  }
}

variable "labels" {
  description = "Labels of all that can have some."
  type        = map(string)
  default     = {}
}
