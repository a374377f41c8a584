import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { interleave } from './interleaving.ts'

const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', onUnhandled))
afterAll(() => void process.off('unhandledRejection', onUnhandled))

describe('a permit', () => {
  it.each([0, 1, 2, 3])('counts honestly in 2,500 interleavings (%i of 4)', { timeout: 240_000 }, async (quarter) => {
    for (let seed = quarter * 2_500; seed < (quarter + 1) * 2_500; seed++) await interleave(seed)
    await turn()
    await turn()
    expect(unhandled).toEqual([])
  })
})
