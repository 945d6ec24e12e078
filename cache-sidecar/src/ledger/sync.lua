-- A session's report about accounts of one tenant, and grants of what it asks for: quota::ledger's algorithm, in one
-- step. A test holds the two together.
--
-- Costs as many steps as there are accounts in the report, however many sessions there are: sums are kept, and changed
-- by what changes.
--
-- KEYS, for account i of n
--   2i-1   hash: the account
--            forget   when nobody needs it any more, in milliseconds since the Unix epoch
--            dead     what sessions spent that were folded
--            settled  spent by all sessions, what lapsed ones had in flight included
--            out      in flight or held by all sessions that live
--            holders  how many of those there are
--            s:ID     a session: sequence, spent, in flight, held, when it lapses, whether it has (0 or 1)
--   2i     sorted set: the account's sessions, by when something is to be done about them: one that has something out
--          lapses, any other is folded into `dead`, its record with it
-- ARGV
--   1      the time, in milliseconds since the Unix epoch; empty for Redis's own
--   2      the session's ID
--   3      the report's sequence number
--   4      how long the session lives without another report, in milliseconds
--   5      how long after it lapsed a session is folded, in milliseconds
--   then n times: forget, spent, in flight, held, dead, capacity
--   then the number of asks, and for each ask: the number of its parts, and for each part: account, least, want
-- Returns a flat list
--   1 if the report was overtaken, else 0
--   n times: used, out, dead, holders
--   for each ask: 1 and the amount granted of each part, or 0 and the number of the part with too little left, from 1
--
-- All numbers are whole and at most 2^53, which Lua's doubles hold exactly.

local now
if ARGV[1] == '' then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
else
  now = tonumber(ARGV[1])
end
local field = 's:' .. ARGV[2]
local sequence = tonumber(ARGV[3])
local lapses = now + tonumber(ARGV[4])
local fold_after = tonumber(ARGV[5])

local position = 5
local function argument()
  position = position + 1
  return tonumber(ARGV[position])
end

-- tostring() would write 1e+15.
local function text(number)
  return string.format('%.0f', number)
end

local function parse(record)
  local parts = {}
  for part in string.gmatch(record, '%d+') do
    parts[#parts + 1] = tonumber(part)
  end
  return {
    sequence = parts[1], spent = parts[2], in_flight = parts[3], held = parts[4],
    lapses = parts[5], lapsed = parts[6] == 1
  }
end

local function record(session)
  return table.concat({
    text(session.sequence), text(session.spent), text(session.in_flight), text(session.held),
    text(session.lapses), session.lapsed and '1' or '0'
  }, ' ')
end

-- What a session adds to the sums; `sign` is 1, or -1 to take it out.
local function count(account, session, sign)
  account.settled = account.settled + sign * session.spent
  if session.lapsed then
    account.settled = account.settled + sign * session.in_flight
  else
    local out = session.in_flight + session.held
    account.out = account.out + sign * out
    if out > 0 then
      account.holders = account.holders + sign
    end
  end
end

-- When something is to be done about a session that hasn't told anything new.
local function due(session)
  if not session.lapsed and session.in_flight + session.held > 0 then
    return session.lapses
  end
  return session.lapses + fold_after
end

-- Lapses a session that is due, or folds it, or one after the other.
local function settle(account, id)
  local key = 's:' .. id
  local session = parse(redis.call('HGET', account.hash, key))
  count(account, session, -1)
  session.lapsed = true
  if due(session) <= now then
    account.dead = account.dead + session.spent + session.in_flight
    redis.call('HDEL', account.hash, key)
    redis.call('ZREM', account.set, id)
  else
    count(account, session, 1)
    redis.call('HSET', account.hash, key, record(session))
    redis.call('ZADD', account.set, text(due(session)), id)
  end
end

local function load(hash, set)
  local forget = tonumber(redis.call('HGET', hash, 'forget') or nil)
  if forget and forget <= now then
    redis.call('DEL', hash, set)
  end
  local sums = redis.call('HMGET', hash, 'forget', 'dead', 'settled', 'out', 'holders')
  local account = {
    hash = hash, set = set, exists = sums[1],
    forget = tonumber(sums[1] or 0), dead = tonumber(sums[2] or 0), settled = tonumber(sums[3] or 0),
    out = tonumber(sums[4] or 0), holders = tonumber(sums[5] or 0)
  }
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', text(now))) do
    settle(account, id)
  end
  local own = redis.call('HGET', hash, field)
  account.session = own and parse(own)
  return account
end

local function save(account)
  redis.call('HSET', account.hash, 'forget', text(account.forget), 'dead', text(account.dead),
    'settled', text(account.settled), 'out', text(account.out), 'holders', text(account.holders))
  local session = account.session
  if session then
    redis.call('HSET', account.hash, field, record(session))
    redis.call('ZADD', account.set, text(due(session)), ARGV[2])
  end
  -- Redis's clock and a test's have nothing to do with one another.
  if ARGV[1] == '' then
    local left = text(account.forget - now)
    redis.call('PEXPIRE', account.hash, left)
    redis.call('PEXPIRE', account.set, left)
  end
end

local accounts, by_key, is_stale = {}, {}, false
for i = 1, #KEYS / 2 do
  local account = by_key[KEYS[2 * i - 1]]
  if not account then
    account = load(KEYS[2 * i - 1], KEYS[2 * i])
    by_key[KEYS[2 * i - 1]] = account
  end
  accounts[i] = account
  account.forget = math.max(account.forget, argument())
  -- A window that is over doesn't begin anew.
  account.exists = account.exists or account.forget > now
  local session = {
    sequence = sequence, spent = argument(), in_flight = argument(), held = argument(),
    lapses = lapses, lapsed = lapses <= now
  }
  local dead = argument()
  if account.exists then
    account.dead = math.max(account.dead, dead)
  end
  account.capacity = argument()
  local known = account.session
  if not account.exists then
    account.session = nil
  elseif (known and known.sequence or 0) >= sequence then
    is_stale = true
  else
    if known then
      count(account, known, -1)
    end
    count(account, session, 1)
    account.session = session
  end
end

local function share(account, least, want)
  local left = math.max(0, account.capacity - account.dead - account.settled - account.out)
  local fair = math.floor(left / (account.holders + 1))
  if left >= least then
    return math.max(math.min(want, fair), least)
  end
end

local grants = {}
for _ = 1, argument() do
  local parts, refused = {}, is_stale and 1 or nil
  for number = 1, argument() do
    local account, least, want = accounts[argument()], argument(), argument()
    local amount = account and account.exists and not refused and share(account, least, want)
    if amount then
      parts[number] = { account, amount }
    else
      refused = refused or number
    end
  end
  grants[#grants + 1] = refused and 0 or 1
  if refused then
    grants[#grants + 1] = refused
  else
    for _, part in ipairs(parts) do
      local account, amount = part[1], part[2]
      count(account, account.session, -1)
      account.session.held = account.session.held + amount
      count(account, account.session, 1)
      grants[#grants + 1] = amount
    end
  end
end

for _, account in pairs(by_key) do
  if account.exists then
    save(account)
  end
end

local answer = { is_stale and 1 or 0 }
for _, account in ipairs(accounts) do
  answer[#answer + 1] = account.dead + account.settled
  answer[#answer + 1] = account.out
  answer[#answer + 1] = account.dead
  answer[#answer + 1] = account.holders
end
for _, number in ipairs(grants) do
  answer[#answer + 1] = number
end
return answer
