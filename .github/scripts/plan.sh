#!/usr/bin/env bash
# Plans an environment:  plan.sh dev|prod OUT [terraform plan's options…]
#
# Reads BUCKET (of the state) and TFVARS (the environment's terraform.tfvars, which holds no secret). OUT gets plan.tfplan,
# plan.json, plan.txt and `changes`: true or false.
set -euo pipefail
environment=$1 out=$(mkdir -p "$2" && cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/../../infrastructure/environments/$environment"
: "${BUCKET:?the bucket of the state}" "${TFVARS:?the contents of terraform.tfvars}"
printf '%s\n' "$TFVARS" > terraform.tfvars
terraform init -input=false -backend-config="bucket=$BUCKET" -no-color > "$out/init.txt"
# 2 says that there are changes.
code=0
terraform plan -input=false -no-color -detailed-exitcode -out="$out/plan.tfplan" "$@" || code=$?
case $code in
  0) echo false > "$out/changes" ;;
  2) echo true > "$out/changes" ;;
  *) exit "$code" ;;
esac
terraform show -no-color "$out/plan.tfplan" > "$out/plan.txt"
terraform show -json "$out/plan.tfplan" > "$out/plan.json"
