import { expect, it, vi } from 'vitest'
import { naive, ours } from '../src/arms.ts'
import { tenMinutes } from '../src/scale.ts'
import { large } from '../src/scales.ts'
import { storm } from '../src/storm.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

it('ten thousand clients and a hundred servers live through ten minutes within one', async () => {
  const { network, load, clock } = await tenMinutes({ rate: 500 })
  expect(clock.now()).toBe(600_000)
  expect(load.total().offered).toBeGreaterThan(290_000)
  for (const from of [60_000, 180_000, 300_000, 420_000, 480_000, 540_000]) {
    expect(network.between(from, from + 60_000).goodput).toBeGreaterThan(0.98)
  }
  expect(network.between(240_000, 250_000).goodput).toBeLessThan(0.1)
  expect(network.between(361_000, 369_000).goodput).toBe(0)
})

it('the same seed gives the same storm, bit for bit, and another seed another', async () => {
  const digestOf = async (seed: number): Promise<string> =>
    (await storm({ ...large, seed, arm: ours, watch: 2_000 })).digest
  const digest = await digestOf(1)
  expect(await digestOf(1)).toBe(digest)
  expect(await digestOf(2)).not.toBe(digest)
  expect((await storm({ ...large, arm: naive, watch: 2_000 })).digest).not.toBe(digest)
})
