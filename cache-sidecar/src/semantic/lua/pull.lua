-- What changed in a partition since a sidecar looked last.
-- KEYS: records (hash), order of changes (sorted set). ARGV: epoch and sequence that are known, the most to give.
-- Gives: epoch, sequence, then id, sequence, record and evidence of each change; an empty record was removed.
local head = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not head[1] or not head[2] then
  return {'', '0'}
end
local since = ARGV[2]
if head[1] ~= ARGV[1] then
  since = '0'
elseif since == head[2] then
  return {head[1], head[2]}
end
local changes = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local answer = {head[1], head[2]}
for at = 1, #changes, 2 do
  local values = redis.call('HMGET', KEYS[1], changes[at], changes[at] .. ':e')
  answer[#answer + 1] = changes[at]
  answer[#answer + 1] = changes[at + 1]
  answer[#answer + 1] = values[1] or ''
  answer[#answer + 1] = values[2] or ''
end
return answer
