/**
 * A token bucket, by GCRA: one time of arrival (TAT, when the bucket is full again) for each level, in µs, and where `rate` does not
 * divide the time, the rest in parts of 1 / rate µs behind a plus: `1790000000123456+2`. So nothing is ever rounded.
 *
 * What a level owes is TAT − now in parts of 1 / rate µs: a cost adds cost · per to it, and it may owe burst · per at most.
 */
export const bucket: string = `
-- Also says whether more was owed than a clock that only went forward can bring about; that is struck off. What is no level is none.
local function owed(value, rate, most)
  if not value then return 0, false end
  local tat = tonumber(value)
  local rest = 0
  if not tat then
    local first, second = string.match(value, '^(%d+)+(.+)$')
    tat, rest = tonumber(first), tonumber(second)
    if not tat or not rest then return 0, false end
    rest = min(rest, rate)
  end
  local owes = (tat - now) * rate + rest
  if not (owes > 0) then return 0, false end
  if owes - most >= 1000000 * rate then return most, true end
  return owes, false
end

-- How many of count requests are admitted, one after another.
local function granted(owes, step, most, count)
  if step == 0 then return count end
  local fit = max(0, min(count, floor((most - owes) / step)))
  if fit > 0 and owes + fit * step > most then return fit - 1 end
  if fit < count and owes + (fit + 1) * step <= most then return fit + 1 end
  return fit
end

local function writeBucket(key, owes, rate)
  if owes <= 0 then return call('DEL', key) end
  local later = floor(owes / rate)
  local rest = owes - later * rate
  local tat = whole(now + later)
  if rest > 0 then tat = tat .. '+' .. string.format('%.17g', rest) end
  call('PSETEX', key, ttl(owes / rate), tat)
end
`
