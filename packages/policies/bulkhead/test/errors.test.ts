import { isRefusedError, isResilienceError } from '@holdfast/core'
import { describe, expect, it } from 'vitest'
import { BulkheadFullError, OverloadError } from '../src/index.ts'
import { Scene } from './scene.ts'
import { settled } from './work.ts'

describe('the errors of a bulkhead', () => {
  it('name the policy, the limit and the figures that met it', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, name: 'db' })
    const [, , full] = ['a', 'b', 'c'].map((name) => scene.start(name))
    await settled()
    expect(full?.outcome.error).toMatchObject({
      code: 'ERR_BULKHEAD_FULL',
      policy: 'db',
      reason: 'full',
      key: undefined,
    })
    expect(String(full?.outcome.error)).toBe('BulkheadFullError: db: full, 1 of 1 running and 1 of 1 queued')
  })

  it('say who was displaced, and after how long', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, queue: 'lifo' })
    scene.start('running')
    const older = scene.start('older', { key: undefined })
    await scene.clock.advance(7)
    scene.start('newer')
    await settled()
    expect(String(older.outcome.error)).toBe(
      'BulkheadFullError: bulkhead: displaced after 7 ms in the queue, which is full (1) and serves others first',
    )
  })

  it('say that the operation was never called, and are fresh every time', async () => {
    const scene = new Scene({ maxConcurrent: 1, maxQueued: 1, maxQueueTime: 5 })
    scene.start('running')
    const dropped = scene.start('dropped')
    const [one, other] = [scene.start('one'), scene.start('other')]
    await scene.clock.advance(5)
    for (const { outcome } of [dropped, one, other]) {
      expect([isResilienceError(outcome.error), isRefusedError(outcome.error)]).toEqual([true, true])
    }
    expect(one.outcome.error).not.toBe(other.outcome.error)
    expect(one.outcome.error).toBeInstanceOf(BulkheadFullError)
    expect(dropped.outcome.error).toBeInstanceOf(OverloadError)
    expect(dropped.outcome.error).toMatchObject({ code: 'ERR_OVERLOADED', policy: 'bulkhead', retryAfter: undefined })
  })
})
