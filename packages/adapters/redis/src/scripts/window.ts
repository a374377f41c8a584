/**
 * A strict sliding window: the parts of the window that count, with what was taken in each, oldest first, in one string:
 * `1000000/10 17900:3 17907:1`. Before the space are the window in µs and its slots. The oldest part counts in full. What is no level
 * is none.
 */
export const window: string = `
local function partAt(at, window, slots)
  local turns = floor(at / window)
  return turns * slots + floor((at - turns * window) * slots / window)
end

-- The first moment at which it is no longer before the part. Two roundings down make it 2 µs too early at most.
local function startOf(part, window, slots)
  local turns = floor(part / slots)
  local start = floor(turns * window) + floor((part - turns * slots) * window / slots)
  for _ = 1, 4 do
    if partAt(start, window, slots) >= part then break end
    start = start + 1
  end
  return start
end

-- Everything that counts, as if it had been taken now.
local function gather(level, current)
  level.parts = { current }
  level.counts = { level.total }
end

local function readWindow(level, value)
  local parts, counts, total = {}, {}, 0
  local window, slots = level.window, level.slots
  local current = partAt(now, window, slots)
  level.current = current
  level.parts, level.counts = parts, counts
  local header, w, s = string.match(value or '', '^(([^/%s]+)/(%d+))')
  w, s = tonumber(w), tonumber(s)
  if w and s then
    local oldest = partAt(now, w, s) - s
    for part, count in string.gmatch(value, '(%d+):(%d+)') do
      part, count = tonumber(part), tonumber(count)
      -- No part begins where numbers are no longer exact.
      if part >= oldest and part * w < 9007199254740992 * s and count < 4294967296 then
        parts[#parts + 1] = part
        counts[#counts + 1] = count
        total = total + count
      end
    end
  end
  level.total = total
  local newest = parts[#parts]
  if not newest then return end
  if header ~= level.header then
    gather(level, current)
  elseif newest > current and startOf(newest, window, slots) - now >= 1000000 then
    -- The clock was set back.
    gather(level, current)
    level.struck = true
  end
end

local function writeWindow(level)
  local last = #level.parts
  if level.total == 0 then return call('DEL', level.key) end
  local pieces = { level.header }
  for i = 1, last do
    if level.counts[i] > 0 then pieces[#pieces + 1] = whole(level.parts[i]) .. ':' .. whole(level.counts[i]) end
  end
  local over = startOf(level.parts[last] + level.slots + 1, level.window, level.slots)
  call('PSETEX', level.key, ttl(over - now), table.concat(pieces, ' '))
end

local function chargeWindow(level, cost)
  local last = #level.parts
  if last > 0 and level.parts[last] >= level.current then
    level.counts[last] = level.counts[last] + cost
  else
    level.parts[last + 1] = level.current
    level.counts[last + 1] = cost
  end
  level.total = level.total + cost
end

-- The time until no more than rest counts.
local function windowWait(level, rest)
  local left = level.total
  if left <= rest then return 0 end
  for i = 1, #level.parts do
    left = left - level.counts[i]
    if left <= rest then return startOf(level.parts[i] + level.slots + 1, level.window, level.slots) - now end
  end
  return 0
end

-- From the oldest part on, so that what is left counts for no shorter than what was really used.
local function refundWindow(level, cost)
  local left = min(cost, level.total)
  level.total = level.total - left
  for i = 1, #level.parts do
    local given = min(left, level.counts[i])
    level.counts[i] = level.counts[i] - given
    left = left - given
  end
end
`
