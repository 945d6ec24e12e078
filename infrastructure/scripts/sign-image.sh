#!/usr/bin/env bash
# Signs an image for Binary Authorization by a key in KMS, unless it is signed already.
#
#   sign-image.sh IMAGE@sha256:… ATTESTOR KEY_VERSION
#
# ATTESTOR is projects/P/attestors/A, KEY_VERSION projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N. The
# private half stays in KMS. The three steps are those of "Create attestations" in Binary Authorization's documentation;
# `attestations sign-and-create`, which does them in one, is in gcloud's beta only.
set -euo pipefail
image=$1 attestor=$2 key=$3
[[ $image =~ @sha256:[0-9a-f]{64}$ ]] || { echo "sign-image: $image isn't named by digest" >&2; exit 2; }
IFS=/ read -r _ project _ name <<< "$attestor"
IFS=/ read -r _ key_project _ location _ ring _ key_name _ version <<< "$key"
[ -n "${name:-}" ] && [ -n "${version:-}" ] || { echo "sign-image: $attestor or $key isn't named in full" >&2; exit 2; }

signed=$(gcloud container binauthz attestations list --project="$project" --attestor="$name" --attestor-project="$project" \
  --artifact-url="$image" --format='value(name)')
if [ -n "$signed" ]; then
  echo "$image is signed already"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
gcloud container binauthz create-signature-payload --artifact-url="$image" > "$folder/payload"
gcloud kms asymmetric-sign --project="$key_project" --location="$location" --keyring="$ring" --key="$key_name" --version="$version" \
  --digest-algorithm=sha256 --input-file="$folder/payload" --signature-file="$folder/signature"
gcloud container binauthz attestations create --project="$project" --artifact-url="$image" --attestor="$name" \
  --attestor-project="$project" --signature-file="$folder/signature" --payload-file="$folder/payload" \
  --public-key-id="//cloudkms.googleapis.com/v1/$key" --validate
echo "$image is signed"
