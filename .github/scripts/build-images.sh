#!/usr/bin/env bash
# Has Cloud Build build the images of this commit, gate and sign them:  build-images.sh VERSION
#
# Reads PROJECT, REGION, REPOSITORY, SOURCES (a bucket), ACCOUNT (that builds), ATTESTOR and KEY_VERSION (empty: not signed).
# Prints the images by digest, one a line.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
[[ $version =~ ^[a-z0-9][a-z0-9._-]{0,60}$ ]] || { echo "build-images: $version is no tag" >&2; exit 2; }
: "${PROJECT:?}" "${REGION:?}" "${REPOSITORY:?}" "${SOURCES:?}" "${ACCOUNT:?}"
revision=$(git rev-parse HEAD)
epoch=$(git show -s --format=%ct HEAD)

submit() { # CONFIG SUBSTITUTIONS
  gcloud builds submit --project="$PROJECT" --region="$REGION" --config="$1" --substitutions="$2" --suppress-logs --format=json \
    --service-account="projects/$PROJECT/serviceAccounts/$ACCOUNT" --gcs-source-staging-dir="gs://$SOURCES/source" .
}

envoy=$(envoy/base-images ENVOY_IMAGE)
built=$(submit envoy/cloudbuild.yaml "_REPOSITORY=$REPOSITORY,_SOURCES=$SOURCES,_VERSION=$version,_REVISION=$revision,_EPOCH=$epoch,_ENVOY_IMAGE=$envoy")
# The digests are Cloud Build's own word on what it pushed, not what a tag says a moment later.
mapfile -t images < <(python3 -c '
import json, re, sys
for image in json.load(sys.stdin)["results"]["images"]:
    name, digest = image["name"].rpartition(":")[0], image["digest"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", digest), digest
    print(f"{name}@{digest}")
' <<< "$built")
[ "${#images[@]}" = 3 ] || { echo "build-images: ${#images[@]} images were pushed, not 3" >&2; exit 1; }

if [ -n "${KEY_VERSION:-}" ]; then
  # What a cluster or Cloud Run would start. The plugin is one file that the load balancer runs: Binary Authorization isn't asked.
  mapfile -t started < <(printf '%s\n' "${images[@]}" | grep -v /plugin@)
  submit envoy/cloudbuild-sign.yaml "_IMAGES=${started[*]},_SOURCES=$SOURCES,_REVISION=$revision,_ATTESTOR=${ATTESTOR:?},_KEY_VERSION=$KEY_VERSION" > /dev/null
fi
printf '%s\n' "${images[@]}"
