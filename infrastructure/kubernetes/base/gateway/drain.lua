-- GET /drain: takes this Envoy out of service and answers when nobody is being served any more, or after LONGEST ticks.
-- Kubernetes asks before it stops the container; terminationGracePeriodSeconds is above LONGEST.
local SHORTEST = 20 -- Load balancers go on sending for a while: health checks twice at 5 s, and what their programming takes.
local LONGEST = 540

local function admin(handle, method, path)
  local _, body = handle:httpCall("envoy_admin", {[":method"] = method, [":path"] = path, [":authority"] = "admin"}, nil, 5000)
  return body or ""
end

function envoy_on_request(handle)
  if handle:headers():get(":path") ~= "/drain" then
    return
  end
  admin(handle, "POST", "/healthcheck/fail")
  admin(handle, "POST", "/drain_listeners?graceful&inboundonly")
  for tick = 1, LONGEST do
    handle:httpCall("tick", {[":method"] = "GET", [":path"] = "/tick", [":authority"] = "tick"}, nil, 5000)
    local active = string.match(admin(handle, "GET", "/stats?filter=^http.gateway.downstream_rq_active$"), "downstream_rq_active: (%d+)")
    if tick >= SHORTEST and active == "0" then
      return
    end
  end
end
