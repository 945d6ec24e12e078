#!/usr/bin/env bash
# Moves traffic between two gateways that stand side by side (overlays/blue-green).
#
#   traffic.sh                  how it is divided
#   traffic.sh green            all of it to green, once green is ready; `traffic.sh blue` is the way back
#   traffic.sh green 10         a tenth of it to green, the rest to blue
#   traffic.sh back             all of it to where most of it was before the last change
#
# Nothing is cut off: the load balancer sends new requests to the other side, and those under way end where they are.
set -euo pipefail

namespace=${NAMESPACE:-sluice}
route=${ROUTE:-gateway}
kubectl=(kubectl --namespace "$namespace")

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

weight() {
  "${kubectl[@]}" get httproute "$route" --output "jsonpath={.spec.rules[0].backendRefs[?(@.name==\"gateway-$1\")].weight}"
}

show() { echo "blue $(weight blue) green $(weight green)"; }

[ $# -le 2 ] || usage
target=${1:-show}
percent=${2:-100}
case $target in
  show) show; exit ;;
  back)
    [ $# = 1 ] || usage
    target=$("${kubectl[@]}" get httproute "$route" --output 'jsonpath={.metadata.annotations.sluice/before}')
    case $target in
      blue | green) ;;
      *) echo "nothing to go back to: no change was made by this script" >&2; exit 1 ;;
    esac ;;
  blue | green) ;;
  *) usage ;;
esac
case $percent in
  '' | *[!0-9]*) usage ;;
esac
[ "$percent" -le 100 ] || usage

other=blue
[ "$target" = green ] || other=green
# Where there are no pods that are ready, traffic must not go.
if [ "$percent" -gt 0 ]; then
  "${kubectl[@]}" rollout status "statefulset/gateway-$target" --timeout="${READY_TIMEOUT:-600s}" >&2
fi
before=blue
[ "$(weight green)" -le "$(weight blue)" ] || before=green
rest=$((100 - percent))
patch=$(printf '{"metadata":{"annotations":{"sluice/before":"%s"}},"spec":{"rules":[{"backendRefs":[{"name":"gateway-%s","port":8443,"weight":%d},{"name":"gateway-%s","port":8443,"weight":%d}]}]}}' \
  "$before" "$target" "$percent" "$other" "$rest")
"${kubectl[@]}" patch httproute "$route" --type merge --patch "$patch" >&2
show
