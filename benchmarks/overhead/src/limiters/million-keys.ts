import { tokenBucket } from '@holdfast/rate-limit'
import { seededRandom } from '@holdfast/testing'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { heldBytes, interleaved } from './cpu.ts'

const KEYS = 1_000_000

/** Keys as Zipf has it, those of low numbers most often, each time as a string that was not there before. */
function zipf(seed: number): () => string {
  const random = seededRandom(seed)
  return () => `user:${Math.floor(KEYS ** random())}`
}

/** The same requests to both: most for few keys, some for any of a million. */
export function manyKeys(): Promise<Record<'keys alone' | 'holdfast' | 'rate-limiter-flexible', number[]>> {
  const ours = tokenBucket({ rate: 10, per: 60_000, burst: 10, maxKeys: KEYS })
  const peer = new RateLimiterMemory({ points: 10, duration: 60 })
  let round = 0
  return interleaved(
    {
      'keys alone'(count) {
        const next = zipf(++round)
        let length = 0
        for (let i = 0; i < count; i++) length += next().length
        return length
      },
      holdfast(count) {
        const next = zipf(round)
        for (let i = 0; i < count; i++) ours.take(next())
      },
      async 'rate-limiter-flexible'(count) {
        const next = zipf(round)
        for (let i = 0; i < count; i++) await peer.consume(next()).catch(() => {})
      },
    },
    { rounds: 5, count: 200_000 },
  )
}

/** Bytes for each of a million keys, with the key's own string and without. */
export function bytesPerKey(): { readonly withKey: number; readonly withoutKey: number } {
  const now = performance.now()
  const before = heldBytes()
  const keys = Array.from({ length: KEYS }, (_, i) => `user:${i}`)
  const between = heldBytes()
  const limiter = tokenBucket({ rate: 10, burst: 10, maxKeys: KEYS })
  for (const key of keys) limiter.takeAt(now, key)
  const after = heldBytes()
  // The array of the keys, 8 bytes each, is not the limiter's.
  const own = (between - before) / KEYS - 8
  const withoutKey = (after - between) / KEYS
  limiter.takeAt(now, keys[0])
  return { withKey: withoutKey + own, withoutKey }
}
