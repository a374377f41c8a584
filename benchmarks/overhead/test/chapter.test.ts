import { describe, expect, it } from 'vitest'
import { chapterOf, misses, oneByOne } from '../src/chapter.ts'
import type { Group } from '../src/group.ts'
import { atMost } from '../src/line.ts'
import { rowOf } from '../src/row.ts'
import { show } from '../src/show.ts'

const nothing = async () => {}

function group(parts: Partial<Group>): Group {
  return { title: 'a group', lines: [], ...parts }
}

const units = group({ contenders: { bare: nothing, floor: nothing } })
const measured = [
  rowOf('bare', [50], [200]),
  rowOf('floor', [150], [600]),
  rowOf('a', [300], [900]),
  rowOf('b', [450], [1_200]),
]

describe('chapterOf', () => {
  it('gives each row in units of the floor, as it is and over bare', () => {
    const { entries } = chapterOf(oneByOne, [units, group({ contenders: { a: nothing } })], measured)
    expect(entries.map(({ row, units, unitsOverBare }) => [row.name, units, unitsOverBare])).toEqual([
      ['bare', 1 / 3, 0],
      ['floor', 1, 1],
      ['a', 2, 2.5],
    ])
  })

  it('shows the folded rows in place of the measured ones, and judges them', () => {
    const folding = group({
      contenders: { a: nothing, b: nothing },
      fold: (rows) => [{ ...(rows[1] ?? rowOf('', [], [])), name: 'worst' }],
      lines: [atMost('worst', 1.2, 'a')],
    })
    const chapter = chapterOf(oneByOne, [units, folding], measured)
    expect(chapter.entries.map(({ row }) => row.name)).toEqual(['bare', 'floor', 'worst'])
    expect(misses([chapter])).toMatchObject([{ row: 'worst', found: 1.5, passed: false }])
  })

  it('names the row that a line asks for in vain', () => {
    const vain = group({ contenders: { a: nothing }, lines: [atMost('a', 1, 'nobody')] })
    expect(() => chapterOf(oneByOne, [units, vain], measured)).toThrow("no row is named 'nobody'")
  })
})

describe('show', () => {
  it('gives each further line of a row a row of its own', () => {
    const two = group({ contenders: { a: nothing }, lines: [atMost('a', 2, 'floor'), atMost('a', 1, 'floor')] })
    const { cells } = show(chapterOf(oneByOne, [units, two], measured))
    expect(cells.slice(2)).toEqual([
      ['a', '300', '300 to 300', '900', '2.00', '2.50', '≤ 2 × floor', '2.00', 'pass'],
      ['', '', '', '', '', '', '≤ 1 × floor', '2.00', 'MISS'],
    ])
  })
})
