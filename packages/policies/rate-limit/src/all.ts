import { wrongType, wrongValue } from '@holdfast/core'
import type { Limit } from './limit.ts'
import type { Limiter } from './limiter.ts'
import { JointLimiter, MeterLimiter } from './meter-limiter.ts'

/**
 * Several limits that decide together: all admit, or none is charged, and the decision names every limit that refused. Each keeps
 * its own levels, also for whoever asks it alone; `jitter` is the largest of theirs. Their names differ, and their clock is one.
 */
export function all(...limiters: readonly [Limiter, ...Limiter[]]): Limiter {
  if (limiters.length === 0) wrongValue('limiters', 'at least one limiter', limiters)
  const parts = limiters.map(ours)
  const meters = parts.flatMap((part) => part.meters)
  checkNames(meters.map(({ limit }) => limit))
  const [first] = parts as [MeterLimiter]
  if (parts.some(({ clock }) => clock !== first.clock)) wrongValue('clock', 'the same for all limiters', first.clock)
  const { spread } = parts.reduce((most, part) => (part.spread.jitter > most.spread.jitter ? part : most))
  return new JointLimiter(meters, first.clock, spread)
}

/** Limits that decide together are told apart by their names. */
export function checkNames<L extends readonly Limit[]>(limits: L): L {
  const names = new Set<string>()
  for (const { name } of limits) {
    if (names.has(name)) wrongValue('name', 'another one for each limit that decides together', name)
    names.add(name)
  }
  return limits
}

function ours(limiter: Limiter): MeterLimiter {
  return limiter instanceof MeterLimiter
    ? limiter
    : wrongType('limiters', 'limiters in memory: what tokenBucket() and its like return', limiter)
}
