import { describe, expect, it } from 'vitest'
import { groups } from '../src/rows.ts'

const measured = groups.flatMap(({ contenders, flights }) => Object.keys({ ...contenders, ...flights }))

describe('groups', () => {
  it('have rows of different names', () => {
    expect(measured.toSorted()).toEqual([...new Set(measured)].toSorted())
  })

  it('have lines about rows that exist', () => {
    for (const { contenders, flights, fold, lines } of groups) {
      const own = Object.keys({ ...contenders, ...flights })
      const row = (name: string) => ({ name, ns: 1, min: 1, max: 1, bytes: 1, rounds: [1] })
      const shown = fold === undefined ? own : fold(own.map(row)).map(({ name }) => name)
      for (const line of lines) {
        expect(shown).toContain(line.row)
        expect([...measured, ...shown]).toContain(line.than)
      }
    }
  })

  it('have contenders that answer', async () => {
    for (const contender of groups.flatMap(({ contenders }) => Object.values(contenders ?? {}))) {
      const call = typeof contender === 'function' ? contender : contender.call
      expect(await call()).toBe(42)
    }
  })
})
