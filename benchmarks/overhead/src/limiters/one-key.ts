import { tokenBucket } from '@holdfast/rate-limit'
import { interleaved } from './cpu.ts'

/**
 * A token bucket with one key against a clock read and a loop that does nothing. Every round counts in a variable of its own: one
 * that rounds share would cost more than what is measured.
 */
export function oneKey(): Promise<Record<'loop' | 'clock' | 'takeAt' | 'take' | 'refused', number[]>> {
  const open = tokenBucket({ rate: 1_000_000_000, burst: 1_000_000_000 })
  const shut = tokenBucket({ rate: 1, per: 3_600_000, burst: 1 })
  return interleaved(
    {
      loop(count) {
        let now = performance.now()
        let sum = 0
        for (let i = 0; i < count; i++) {
          now += 0.0005
          if (now > 0) sum++
        }
        return sum
      },
      clock(count) {
        let sum = 0
        for (let i = 0; i < count; i++) sum += performance.now()
        return sum
      },
      takeAt(count) {
        let now = performance.now()
        let sum = 0
        for (let i = 0; i < count; i++) {
          now += 0.0005
          if (open.takeAt(now, 'key')) sum++
        }
        return sum
      },
      take(count) {
        let sum = 0
        for (let i = 0; i < count; i++) if (open.take('key').allowed) sum++
        return sum
      },
      refused(count) {
        let now = performance.now()
        let sum = 0
        for (let i = 0; i < count; i++) {
          now += 0.0005
          if (!shut.takeAt(now, 'key')) sum++
        }
        return sum
      },
    },
    { rounds: 15, count: 500_000 },
  )
}

/** Bytes on the heap for each `takeAt`; 0 but for what the measuring leaves. */
export function garbageOfTakeAt(): number {
  const limiter = tokenBucket({ rate: 1_000, burst: 1_000 })
  const count = 1_000_000
  const run = (from: number): number => {
    let admitted = 0
    for (let i = 0; i < count; i++) if (limiter.takeAt(from + i * 0.001, 'key')) admitted++
    return admitted
  }
  const start = performance.now()
  for (let warm = 0; warm < 5; warm++) run(start + warm * 1_000)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  run(start + 5_000)
  return Math.max(0, process.memoryUsage().heapUsed - before) / count
}
