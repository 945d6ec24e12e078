variable "billing_account" {
  description = "The billing account's id."
  type        = string
  validation {
    condition     = can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "A billing account reads 012345-6789AB-CDEF01."
  }
}

variable "project_numbers" {
  description = "Numbers of the projects whose costs count."
  type        = list(string)
  validation {
    condition     = length(var.project_numbers) > 0 && alltrue([for number in var.project_numbers : can(regex("^[0-9]+$", number))])
    error_message = "At least one project, by its number: the billing API knows no ids."
  }
}

variable "budgets" {
  description = "Budgets a month by name, in whole units of the account's currency. `services` limits one to some services' ids (Vertex AI is services/C7E2-9256-1C43)."
  type = map(object({
    amount     = number
    services   = optional(list(string))
    thresholds = optional(list(number), [0.5, 0.8, 1])
    forecasts  = optional(list(number), [1])
  }))
  validation {
    condition     = alltrue([for budget in values(var.budgets) : budget.amount > 0 && floor(budget.amount) == budget.amount])
    error_message = "An amount is a whole number above 0."
  }
  validation {
    condition     = alltrue([for budget in values(var.budgets) : contains(budget.thresholds, 1)])
    error_message = "One of the thresholds is 1: whoever has spent all is told so."
  }
}

variable "currency" {
  description = "The account's currency."
  type        = string
  default     = "USD"
}

variable "notification_channels" {
  description = "Ids of notification channels (five at most)."
  type        = list(string)
  validation {
    condition     = length(var.notification_channels) >= 1 && length(var.notification_channels) <= 5
    error_message = "One to five channels: a budget that tells nobody is none."
  }
}
