-- Puts or removes one record of a partition, or what is known of it.
-- KEYS: records (hash), order of changes (sorted set). ARGV: id; what to do; record; evidence; epoch for a new partition;
-- milliseconds to keep; the most records.
local id, act = ARGV[1], ARGV[2]
if act ~= 'put' and redis.call('HEXISTS', KEYS[1], id) == 0 then
  return 0
end
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[5])
local sequence = redis.call('HINCRBY', KEYS[1], 'seq', 1)
if act == 'put' then
  redis.call('HSET', KEYS[1], id, ARGV[3])
elseif act == 'note' then
  redis.call('HSET', KEYS[1], id .. ':e', ARGV[4])
else
  redis.call('HDEL', KEYS[1], id, id .. ':e')
end
redis.call('ZADD', KEYS[2], sequence, id)
while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[7]) do
  local oldest = redis.call('ZPOPMIN', KEYS[2])[1]
  redis.call('HDEL', KEYS[1], oldest, oldest .. ':e')
end
if act == 'put' then
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  redis.call('PEXPIRE', KEYS[2], ARGV[6])
end
return 1
