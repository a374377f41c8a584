import { bucket } from './bucket.ts'
import { leases } from './leases.ts'
import { time } from './time.ts'
import { window } from './window.ts'

/**
 * Decides for limits of all kinds, one run of equal requests after another; of each request all its limits admit, or none is charged.
 *
 * ARGV[1]: the figures, one set after another: `b rate per most`, `w window slots limit`, `c leaseTime limit`.
 * ARGV[2]: for each key, which of them it goes by. ARGV[3]: the runs: `cost count after lease n key…`, where count 0 only asks, after
 * is a run that has to be admitted as a whole first (0 for none), lease says which ARGV names it (0 for none), and n keys follow.
 *
 * Replies for each run with how many were admitted, and then for each of its limits with what it owes (a bucket), or with what is
 * used, the wait for one more and the wait for all.
 */
export const take: string = `${time}${bucket}${window}${leases}
local words = string.gmatch(ARGV[1], '%S+')
local figures = {}
for kind in words do
  local f = { kind = kind }
  if kind == 'b' then
    f.rate, f.per, f.most = tonumber(words()), tonumber(words()), tonumber(words())
  elseif kind == 'w' then
    local w, s = words(), words()
    f.window, f.slots, f.limit, f.header = tonumber(w), tonumber(s), tonumber(words()), w .. '/' .. s
  else
    f.leaseTime, f.limit = tonumber(words()), tonumber(words())
  end
  figures[#figures + 1] = f
end

local values = call('MGET', unpack(KEYS))
local levels = {}
local which = string.gmatch(ARGV[2], '%S+')
for i = 1, #KEYS do
  local level = setmetatable({ key = KEYS[i], dirty = false, struck = false }, { __index = figures[tonumber(which())] })
  if level.kind == 'b' then
    level.owes, level.struck = owed(values[i], level.rate, level.most)
  elseif level.kind == 'w' then
    readWindow(level, values[i])
  else
    readLeases(level)
  end
  levels[i] = level
end

local function admits(level, cost)
  if cost == 0 then return true end
  if level.kind == 'b' then return level.owes + cost * level.per <= level.most end
  return (level.kind == 'w' and level.total or level.used) + cost <= level.limit
end

local function charge(level, cost, lease)
  level.dirty = true
  if level.kind == 'b' then level.owes = level.owes + cost * level.per
  elseif level.kind == 'w' then chargeWindow(level, cost)
  else chargeLeases(level, cost, lease) end
end

local reply = {}
local function tell(level, cost)
  if level.kind == 'b' then
    reply[#reply + 1] = exact(level.owes)
  elseif level.kind == 'w' then
    reply[#reply + 1] = level.total
    reply[#reply + 1] = windowWait(level, level.limit - cost)
    reply[#reply + 1] = windowWait(level, 0)
  else
    reply[#reply + 1] = level.used
    reply[#reply + 1] = leasesWait(level, level.limit - cost)
    reply[#reply + 1] = leasesReset(level)
  end
end

local passed = { [0] = true }
local runs = string.gmatch(ARGV[3], '%S+')
for word in runs do
  local cost, count, after = tonumber(word), tonumber(runs()), tonumber(runs())
  local lease, n = ARGV[tonumber(runs())], tonumber(runs())
  local mine = {}
  for i = 1, n do mine[i] = levels[tonumber(runs())] end
  local fit = 0
  while fit < max(count, 1) and passed[after] do
    local all = true
    for i = 1, n do all = all and admits(mine[i], cost) end
    if not all then break end
    fit = fit + 1
    if count > 0 and cost > 0 then
      for i = 1, n do charge(mine[i], cost, lease) end
    end
  end
  passed[#passed + 1] = fit == max(count, 1)
  if count == 0 then for i = 1, n do mine[i].struck = false end end
  reply[#reply + 1] = fit
  for i = 1, n do tell(mine[i], cost) end
end

for i = 1, #levels do
  local level = levels[i]
  if level.dirty or level.struck then
    if level.kind == 'b' then writeBucket(level.key, level.owes, level.rate)
    elseif level.kind == 'w' then writeWindow(level)
    else writeLeases(level) end
  end
end
return reply
`
