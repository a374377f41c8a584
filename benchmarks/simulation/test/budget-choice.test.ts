import { beforeAll, describe, expect, it, vi } from 'vitest'
import { budgeted, noRetry, ours, paidByRequests } from '../src/arms.ts'
import { errors } from '../src/errors.ts'
import { small } from '../src/scales.ts'
import { keepsUp, type StormFigures, storm } from '../src/storm.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

// What docs/design/budget.md says of the default and of its neighbours. The whole table: node src/main.ts --only budget

describe('in the storm, ten processes at 15 calls a second each', () => {
  const ten = { ...small, clients: 300, processes: 10 }
  let without: StormFigures
  beforeAll(async () => {
    without = await storm({ ...ten, arm: noRetry })
  })

  it('the default keeps up with clients who never retry', async () => {
    expect(keepsUp(await storm({ ...ten, arm: ours }), without)).toBe(true)
  })

  it('a budget that holds four times as much does not', async () => {
    expect(keepsUp(await storm({ ...ten, arm: budgeted({ initial: 20 }) }), without)).toBe(false)
  })

  it('the default does not when requests pay in, and not successes', async () => {
    expect(keepsUp(await storm({ ...ten, arm: paidByRequests({}) }), without)).toBe(false)
  })
})

describe('under a load of nine tenths and errors by chance', () => {
  const busy = { share: 0.3, load: 0.9 }

  it('the default does more good than not to retry', async () => {
    const { goodput } = await errors({ ...busy, arm: noRetry })
    expect((await errors({ ...busy, arm: ours })).goodput).toBeGreaterThan(goodput + 0.03)
  })

  it('twice its ratio does harm', async () => {
    const { goodput } = await errors({ ...busy, arm: noRetry })
    expect((await errors({ ...busy, arm: budgeted({ ratio: 0.2 }) })).goodput).toBeLessThan(goodput)
  })
})

describe('of the failures by chance', () => {
  it.each([0.01, 0.02, 0.05])('the default makes good 99 in 100, when so many calls fail: %d', async (share) => {
    const { saved } = await errors({ share, load: 0.5, arm: ours })
    expect(saved).toBeGreaterThan(0.99)
  })

  it('half its ratio, or a budget that holds less, does not, when one in twenty calls fails', async () => {
    const often = { share: 0.05, load: 0.5 }
    expect((await errors({ ...often, arm: budgeted({ ratio: 0.05 }) })).saved).toBeLessThan(0.95)
    expect((await errors({ ...often, arm: budgeted({ initial: 3, max: 3 }) })).saved).toBeLessThan(0.99)
  })
})
