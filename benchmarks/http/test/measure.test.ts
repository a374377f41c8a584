import { describe, expect, it } from 'vitest'
import { groupNamed } from '../src/groups.ts'
import { rowsOf } from '../src/measure.ts'
import { holds, page, table } from '../src/page.ts'
import { quantile } from '../src/statistics.ts'

const group = {
  name: 'some',
  base: 'bare',
  contenders: { bare: async () => {}, other: async () => {} },
  lines: { other: 1.1 },
}

describe('the rows of a group', () => {
  const rows = rowsOf(group, [
    { bare: 100, other: 105 },
    { bare: 200, other: 240 },
    { bare: 50, other: 54 },
  ])

  it('compare each batch with its neighbour', () => {
    expect(rows.map(({ name, cpu, ratio }) => [name, cpu, ratio])).toEqual([
      ['bare', 100, 1],
      ['other', 105, 1.08],
    ])
  })

  it('are held to their lines', () => {
    expect(rows.map(holds)).toEqual([true, true])
    expect(rows.map((row) => holds({ ...row, ratio: 1.2 }))).toEqual([true, false])
    expect(table(rows)).toContain('| other | 105.0 | 54.0 | 1.08 | 1.08 | ≤ 1.10 | pass |')
    expect(page('here and now', [{ name: 'some', rows }])).toContain('## some')
  })
})

it('a quantile is a value that was found', () => {
  expect([0, 0.1, 0.5, 1].map((share) => quantile([3, 1, 2], share))).toEqual([1, 1, 2, 3])
})

it('groups are found by their names', () => {
  expect(groupNamed('fetch').base).toBe('fetch')
  expect(() => groupNamed('none')).toThrow("there is no group 'none'")
})
