# Copy to terraform.tfvars and change. Groups first: the accounts are there after the first apply of each environment.
project_id = "acme-sluice-admin"
writers    = { platform = "group:platform@example.com" }
