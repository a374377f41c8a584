/**
 * Concurrency leases: a sorted set of `<weight>:<lease>` by expiry in µs, and under `#` the sum of their weights, below 0, where
 * expiries never are.
 */
export const leases: string = `
local function weightOf(member)
  return tonumber(string.match(member, '^(%d+):')) or 0
end

-- A key of another type holds none.
local function scoreOf(key, member)
  local score = redis.pcall('ZSCORE', key, member)
  if type(score) == 'table' then return nil, true end
  return score and tonumber(score), false
end

-- Other limits may have leased for longer.
local function keep(level)
  local ms = ttl(level.leaseTime)
  if call('PTTL', level.key) < tonumber(ms) then call('PEXPIRE', level.key, ms) end
end

local function readLeases(level)
  local sum, isOther = scoreOf(level.key, '#')
  level.isOther = isOther
  level.used = sum and -sum or 0
  level.lapsed = sum and call('ZRANGEBYSCORE', level.key, 0, whole(now)) or {}
  for i = 1, #level.lapsed do level.used = level.used - weightOf(level.lapsed[i]) end
  level.used = max(0, level.used)
end

local function dropLapsed(level)
  for i = 1, #level.lapsed do call('ZREM', level.key, level.lapsed[i]) end
  level.lapsed = {}
end

local function writeLeases(level)
  if level.used <= 0 then return call('DEL', level.key) end
  call('ZADD', level.key, -level.used, '#')
  if level.leaseTime then keep(level) end
end

local function chargeLeases(level, cost, lease)
  if level.isOther then call('DEL', level.key) end
  level.isOther = false
  dropLapsed(level)
  call('ZADD', level.key, whole(now + level.leaseTime), whole(cost) .. ':' .. lease)
  level.used = level.used + cost
end

-- The time until so many leases have lapsed that no more than rest is used.
local function leasesWait(level, rest)
  local used, from = level.used, 0
  while used > rest do
    local page = call('ZRANGEBYSCORE', level.key, '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', from, 50)
    if #page == 0 then return 0 end
    for i = 1, #page, 2 do
      used = used - weightOf(page[i])
      if used <= rest then return min(tonumber(page[i + 1]) - now, 9007199254740991) end
    end
    from = from + 50
  end
  return 0
end

local function leasesReset(level)
  if level.used <= 0 then return 0 end
  local last = call('ZREVRANGE', level.key, 0, 0, 'WITHSCORES')
  return max(0, min(tonumber(last[2]) - now, 9007199254740991))
end
`
