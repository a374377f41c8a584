import { budget } from '@holdfast/budget'
import { expect, it, vi } from 'vitest'
import { amplification, isPaidFor } from '../src/amplification.ts'
import { naive, ours } from '../src/arms.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const theDefault = { ratio: 0.1, initial: budget().balance }

it('ten thousand clients whose service fails all requests add what successes have paid for, and no more', async () => {
  const figures = await amplification(ours)
  expect(figures.calls).toBeGreaterThan(10_000)
  expect(figures.successes).toBeGreaterThan(3_000)
  expect(figures.attempts).toBeGreaterThan(figures.calls)
  expect(isPaidFor(figures, theDefault)).toBe(true)
  expect(figures.outage).toBeLessThan(1.05)
})

it('without a budget they triple their load', async () => {
  const figures = await amplification(naive)
  expect(isPaidFor(figures, theDefault)).toBe(false)
  expect(figures.outage).toBeGreaterThan(2.9)
  expect(figures.outage).toBeLessThanOrEqual(3)
})
