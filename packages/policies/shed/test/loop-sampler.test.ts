import { AsyncLocalStorage } from 'node:async_hooks'
import { systemClock } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import { describe, expect, it } from 'vitest'
import { LoopSampler, samplerOf } from '../src/loop-sampler.ts'
import { BusyLoop } from './busy-loop.ts'

describe('a loop sampler', () => {
  it('tells how late its timer was, and how long the samples lie apart', async () => {
    const loop = new BusyLoop()
    const samples: number[][] = []
    new LoopSampler(loop).listen({ onSample: (...told) => samples.push(told) < 4 }, 0)
    loop.arriveAt(15, () => loop.work(200))
    await loop.run(1_000)
    expect(samples.map(([delay, , now]) => [delay, now])).toEqual([
      [0, 10],
      [195, 215],
      [0, 225],
      [0, 235],
    ])
    expect(samples.slice(1).map(([, elapsed]) => elapsed)).toEqual([205, 10, 10])
  })

  it('sees that it is overdue before it fires, and how long the loop stood still in all', async () => {
    const loop = new BusyLoop()
    const sampler = new LoopSampler(loop)
    sampler.listen({ onSample: () => true }, 0)
    const seen: number[] = []
    loop.arriveAt(5, () => {
      loop.work(105)
      seen.push(sampler.delayAt(loop.now()), sampler.stoodAt(loop.now()))
    })
    await loop.run(200)
    expect([...seen, sampler.stoodAt(loop.now())]).toEqual([100, 100, 100])
  })

  it('takes what timers are usually late for nothing', async () => {
    const loop = new BusyLoop()
    const sampler = new LoopSampler(loop)
    sampler.listen({ onSample: () => true }, 0)
    for (let at = 8; at < 500; at += 10) loop.arriveAt(at, () => loop.work(4))
    await loop.run(500)
    expect(sampler.stoodAt(500)).toBe(0)
  })

  it('has no timer before somebody listens, nor after nobody does any more', async () => {
    const clock = manualClock()
    const sampler = new LoopSampler(clock)
    expect(clock.pending).toBe(0)
    let left = 3
    sampler.listen({ onSample: () => --left > 0 }, 0)
    sampler.listen({ onSample: () => false }, 0)
    expect(clock.pending).toBe(1)
    await clock.runAll()
    expect([clock.now(), clock.pending, left]).toEqual([30, 0, 0])
    sampler.listen({ onSample: () => false }, clock.now())
    expect(clock.pending).toBe(1)
  })

  it('is one for all who share a clock', () => {
    expect(samplerOf(systemClock)).toBe(samplerOf(systemClock))
    expect(samplerOf(systemClock)).not.toBe(samplerOf(manualClock()))
  })

  it('takes no sample in the context of the caller for whom it was started', async () => {
    const clock = manualClock()
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const listener = { onSample: () => seen.push(storage.getStore()) < 1 }
    storage.run('a caller', () => new LoopSampler(clock).listen(listener, 0))
    await clock.runAll()
    expect(seen).toEqual([undefined])
  })

  it('measures the loop of this very process', async () => {
    const seen: number[] = []
    await new Promise<void>((resolve) => {
      const onSample = (delay: number) => {
        seen.push(delay)
        if (delay >= 100) resolve()
        return delay < 100
      }
      samplerOf(systemClock).listen({ onSample }, systemClock.now())
      setTimeout(() => {
        const until = systemClock.now() + 120
        while (systemClock.now() < until) {}
      }, 35)
    })
    expect(seen.length).toBeGreaterThan(1)
  })
})
