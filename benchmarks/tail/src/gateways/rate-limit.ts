import type { Gateway } from '@holdfast/load'
import { type Limiter, rateLimit, slidingWindow, systemClock, tokenBucket } from 'holdfast'
import { textOf } from '../answering.ts'
import { worstWindow } from '../worst-window.ts'

export interface Settings {
  readonly limit: 'fixed window' | 'bucket' | 'sliding window'
  /** How many a second. */
  readonly rate: number
}

type Run = (operation: () => Promise<string>) => Promise<string>

export const gateway: Gateway<Settings> = ({ settings: { limit, rate }, upstream, gauge }) => {
  const run = limits[limit](rate)
  const worst = worstWindow({ burst: rate, rate })
  gauge('worst window', () => worst.share)
  return async (_, response) => {
    const before = systemClock.now()
    try {
      const text = await run(() => {
        worst.admitted(before, systemClock.now())
        return textOf(upstream)
      })
      response.end(text)
    } catch {
      response.writeHead(429).end()
    }
  }
}

const limits: Readonly<Record<Settings['limit'], (rate: number) => Run>> = {
  bucket: (rate) => limited(tokenBucket({ rate })),
  'sliding window': (rate) => limited(slidingWindow({ limit: rate, window: 1_000 })),
  'fixed window': counted,
}

function limited(limiter: Limiter): Run {
  const policy = rateLimit(limiter)
  return (operation) => policy.execute(operation)
}

/** A counter that begins anew with each second, as it is written by hand. */
function counted(rate: number): Run {
  let window = 0
  let count = 0
  return async (operation) => {
    const now = Math.floor(systemClock.now() / 1_000)
    if (now !== window) {
      window = now
      count = 0
    }
    if (++count > rate) throw new Error('too many')
    return operation()
  }
}
