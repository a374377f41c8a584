/** The server's time in µs, read once: all that one call decides, it decides at one moment. */
export const time: string = `
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local floor, ceil, min, max = math.floor, math.ceil, math.min, math.max

-- A whole number as text. Left to Redis, each number is formatted as a fraction, which takes much longer.
local digits = string.format('%d', 1099511627776) == '1099511627776' and '%d' or '%.0f'
local function whole(number)
  return string.format(digits, number)
end

-- A level is kept a second longer than it needs: one that is asked for again soon is not deleted and made again.
-- Levels that were full get the same time, so that the last text is often the next.
local lastTtl, lastText
local function ttl(microseconds)
  local ms = ceil(microseconds / 1000)
  if ms ~= lastTtl then lastTtl, lastText = ms, whole(min(ms + 1000, 1000000000000000)) end
  return lastText
end

-- Redis makes integers of the numbers that scripts return.
local function exact(number)
  if number == floor(number) and number < 9007199254740992 then return number end
  return string.format('%.17g', number)
end
`
