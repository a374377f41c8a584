import { bucket } from './bucket.ts'
import { time } from './time.ts'

/**
 * Decides for token buckets that all have the same figures, one run of equal requests for each key: what nearly every call is.
 *
 * ARGV: rate, per, most, and nothing where each key is asked once for a cost of 1, else `cost count` for each key.
 * Replies with two numbers for each key: how many were admitted, and what it owes then.
 */
export const takeBuckets: string = `${time}${bucket}
local rate, per, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local runs = ARGV[4] ~= '' and string.gmatch(ARGV[4], '%S+')
local values = call('MGET', unpack(KEYS))
local reply = {}
for i = 1, #KEYS do
  local cost, count = 1, 1
  if runs then cost, count = tonumber(runs()), tonumber(runs()) end
  local owes, struck = owed(values[i], rate, most)
  local step = cost * per
  local fit = count == 1 and (step == 0 or owes + step <= most) and 1 or 0
  if count > 1 then fit = granted(owes, step, most, count) end
  owes = owes + fit * step
  if (fit > 0 and step > 0) or struck then writeBucket(KEYS[i], owes, rate) end
  reply[2 * i - 1] = fit
  reply[2 * i] = exact(owes)
end
return reply
`
