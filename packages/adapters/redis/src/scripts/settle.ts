import { bucket } from './bucket.ts'
import { leases } from './leases.ts'
import { time } from './time.ts'
import { window } from './window.ts'

/**
 * Gives back and renews, one thing for each key. ARGV, one after another: `b rate per most cost` and `w window slots cost` refund,
 * `renew leaseTime member` puts a lease off, `release member` ends it. Replies for each with 1, or 0 where there was nothing.
 */
export const settle: string = `${time}${bucket}${window}${leases}
local at = 0
local function word()
  at = at + 1
  return ARGV[at]
end
local function number()
  return tonumber(word())
end

-- GET would fail at a key of another type.
local function get(key)
  return call('MGET', key)[1]
end

local todo = {
  b = function(key)
    local rate, per, most, cost = number(), number(), number(), number()
    local owes, struck = owed(get(key), rate, most)
    if owes == 0 then return 0 end
    writeBucket(key, owes - cost * per, rate)
    return 1
  end,
  w = function(key)
    local w, s = word(), word()
    local level = { key = key, window = tonumber(w), slots = tonumber(s), header = w .. '/' .. s }
    local cost = number()
    readWindow(level, get(key))
    if level.total == 0 then return 0 end
    refundWindow(level, cost)
    writeWindow(level)
    return 1
  end,
  renew = function(key)
    local level = { key = key, leaseTime = number() }
    local member = word()
    local expiry = scoreOf(key, member)
    if not expiry or expiry <= now then return 0 end
    call('ZADD', key, 'XX', whole(now + level.leaseTime), member)
    keep(level)
    return 1
  end,
  release = function(key)
    local level = { key = key }
    local member = word()
    if not scoreOf(key, member) then return 0 end
    readLeases(level)
    dropLapsed(level)
    if call('ZREM', key, member) == 1 then level.used = level.used - weightOf(member) end
    writeLeases(level)
    return 1
  end,
}
local reply = {}
for i = 1, #KEYS do reply[i] = todo[word()](KEYS[i]) end
return reply
`
