-- Keeps what is known of a question's answer, where the question is still there.
-- KEYS: the question (hash). ARGV: what is known.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'e', ARGV[1])
return 1
