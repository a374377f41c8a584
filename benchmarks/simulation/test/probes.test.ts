import { expect, it, vi } from 'vitest'
import { probes } from '../src/probes.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The line: by their third probe, no more than a fifth of the processes probe in the same second. */
const areApart = (shares: readonly number[]): boolean => (shares[2] as number) <= 0.2

it('breakers that open together do not probe in step, and less so with each probe', async () => {
  const [first = 1, second = 1, third = 1, ...more] = await probes('equal')
  expect(more).toEqual([])
  expect(first).toBeLessThan(0.5)
  expect(second).toBeLessThan(first)
  expect(areApart([first, second, third])).toBe(true)
})

it('without jitter they do, and go on doing so', async () => {
  const shares = await probes('none')
  expect(Math.min(...shares)).toBeGreaterThan(0.6)
  expect(areApart(shares)).toBe(false)
})
