-- Puts a question where the index finds it, and says that its partition has one.
-- KEYS: the question (hash), that there is one (string). ARGV: tag; vector; record; milliseconds to keep.
redis.call('HSET', KEYS[1], 'p', ARGV[1], 'v', ARGV[2], 'r', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[4])
return 1
