import { wrongValue } from '@holdfast/core'
import type { Limit } from '@holdfast/rate-limit'

/** In ms: what a server's numbers can hold beside the time of day. */
const [SHORTEST, LONGEST] = [1e-9, 1e15]

/** Refuses a limit that a server could not reckon with: how long it takes to be full again is a number of µs there. */
export function checkSpan(limit: Limit): void {
  const [name, span] = spanOf(limit)
  if (!(span >= SHORTEST && span <= LONGEST)) {
    wrongValue(name, `from ${SHORTEST} to ${LONGEST} ms on Redis`, span)
  }
}

function spanOf(limit: Limit): [name: string, ms: number] {
  switch (limit.kind) {
    case 'token-bucket':
      return ['burst · per / rate', (limit.burst * limit.per) / limit.rate]
    case 'sliding-window':
      return ['window', limit.window]
    case 'concurrency':
      return ['leaseTime', limit.leaseTime]
  }
}
