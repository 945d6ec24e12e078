-- Counts of a tenant's checks, faded and added to.
-- KEYS: counts (hash). ARGV: now in Unix milliseconds; half-life in milliseconds; checks and wrong ones to add; what to
-- say of being closed ('' leaves it); milliseconds to keep.
local old = redis.call('HMGET', KEYS[1], 'checked', 'wrong', 'at', 'closed')
local now, at = tonumber(ARGV[1]), tonumber(old[3] or ARGV[1])
local left = 0.5 ^ (math.max(now - at, 0) / tonumber(ARGV[2]))
local checked = tonumber(old[1] or '0') * left + tonumber(ARGV[3])
local wrong = tonumber(old[2] or '0') * left + tonumber(ARGV[4])
local closed = old[4] or '0'
if ARGV[5] ~= '' then
  closed = ARGV[5]
end
local function text(number)
  return string.format('%.9f', number)
end
if ARGV[3] ~= '0' or ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'checked', text(checked), 'wrong', text(wrong), 'at', math.max(now, at), 'closed', closed)
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
return {text(checked), text(wrong), closed}
