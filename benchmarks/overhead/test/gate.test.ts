import { describe, expect, it } from 'vitest'
import { gate } from '../src/gate.ts'

describe('gate', () => {
  it('refuses when every permit is taken, and takes them back', async () => {
    const one = gate(1)
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = one.execute(() => promise)
    await expect(one.execute(() => 'second')).rejects.toMatchObject({ code: 'ERR_GATE_FULL' })
    resolve('first')
    expect(await first).toBe('first')
    expect(await one.execute(() => 'third')).toBe('third')
  })
})
