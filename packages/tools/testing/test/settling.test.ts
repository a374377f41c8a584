import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../src/manual-clock.ts'
import { seededRandom } from '../src/seeded-random.ts'

const clockModule = JSON.stringify(new URL('../src/manual-clock.ts', import.meta.url).href)

/** What a program of its own says on standard error. */
function complaintOf(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', program], (_error, _stdout, stderr) => resolve(stderr))
  })
}

describe('settling by whole turns', () => {
  it('has a rejection reported that is handled only after the next timer, as under a real clock', async () => {
    const complaint = await complaintOf(`
      const { manualClock } = await import(${clockModule})
      const clock = manualClock()
      let failed
      clock.setTimer(() => { failed = Promise.reject(new Error('nobody heard')) }, 10)
      clock.setTimer(() => failed.catch(() => {}), 20)
      await clock.advance(20)
    `)
    expect(complaint).toContain('nobody heard')
  })

  it('has none reported that is handled before the next timer', async () => {
    const complaint = await complaintOf(`
      const { manualClock } = await import(${clockModule})
      const clock = manualClock()
      clock.setTimer(async () => {
        const failed = Promise.reject(new Error('heard'))
        for (let i = 0; i < 100; i++) await null
        failed.catch(() => {})
      }, 10)
      await clock.advance(20)
    `)
    expect(complaint).toBe('')
  })
})

describe('a fleet of ten thousand clients', () => {
  /**
   * Each sleeps, asks with a timeout that it cancels, and sleeps again; the digest depends on the order of all of it.
   */
  async function fleet(seed: string, settling: 'turn' | 'microtasks'): Promise<{ asked: number; digest: number }> {
    const clock = manualClock({ settling })
    const random = seededRandom(seed)
    let asked = 0
    let digest = 0
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(resolve, ms))
    async function client(id: number): Promise<never> {
      const own = random.fork(id)
      for (;;) {
        await sleep(own() * 2_000)
        const timeout = clock.setTimer(() => expect.unreachable(), 5_000)
        await sleep(own.int(5, 15))
        timeout.cancel()
        asked++
        digest = (Math.imul(digest, 31) + id + Math.floor(clock.now())) | 0
      }
    }
    for (let id = 0; id < 10_000; id++) void client(id)
    await clock.advance(3_000)
    return { asked, digest }
  }

  it('does the same from the same seed, however promises settle, and something else from another', async () => {
    const first = await fleet('a', 'microtasks')
    expect(first.asked).toBeGreaterThan(20_000)
    expect(await fleet('a', 'microtasks')).toEqual(first)
    expect(await fleet('a', 'turn')).toEqual(first)
    expect((await fleet('b', 'microtasks')).digest).not.toBe(first.digest)
  }, 30_000)
})
