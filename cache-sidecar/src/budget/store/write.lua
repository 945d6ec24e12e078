-- Puts a document of the budgets in place of the one that its writer saw, or changes nothing.
--
-- KEYS
--   1  hash: revision, document (empty: the file's holds)
--   2  list: the audit, newest last
-- ARGV
--   1  the revision that the writer saw; 0 for none
--   2  the new revision
--   3  the document
--   4  the audit's entry
--   5  how many entries are kept
-- Returns 1, or 0 where another revision is there.

local revision = redis.call('HGET', KEYS[1], 'revision') or '0'
if revision ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'document', ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[5]), -1)
return 1
