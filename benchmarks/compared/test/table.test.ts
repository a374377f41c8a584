import { describe, expect, it } from 'vitest'
import { LIBRARIES } from '../src/behaviour.ts'
import { inserted } from '../src/page.ts'
import { tableOf, textOf } from '../src/table.ts'

describe('a table', () => {
  it('has a line for each row, with a verdict and a note in each cell', () => {
    const table = tableOf(
      [
        {
          says: 'It holds.',
          cells: {
            holdfast: { shows: true, note: '1 call' },
            cockatiel: { shows: false, note: '2 calls' },
            opossum: 'no retry',
            'p-*': { shows: true, note: 'p-retry' },
            bottleneck: 'no retry',
          },
        },
      ],
      LIBRARIES,
    )
    expect(table.split('\n')).toEqual([
      '|           | Holdfast       | cockatiel      | opossum    | p-\\*            | bottleneck |',
      '| --------- | -------------- | -------------- | ---------- | --------------- | ---------- |',
      '| It holds. | **yes** 1 call | **no** 2 calls | — no retry | **yes** p-retry | — no retry |',
    ])
  })

  it('is not torn by what an error says', () => {
    expect(textOf({ shows: false, note: 'a | b\nc' })).toBe('**no** a \\| b c')
  })
})

describe('a page', () => {
  const [begin, end] = ['<!-- begin: written by benchmarks/compared -->', '<!-- end -->']

  it('keeps what stands around the markers', () => {
    expect(inserted(`before\n${begin}\nold\n${end}\nafter\n`, 'new')).toBe(`before\n${begin}\n\nnew\n\n${end}\nafter\n`)
  })

  it.each(['', begin, end, `${end}${begin}`])('needs both markers, in order: %j', (page) => {
    expect(() => inserted(page, 'new')).toThrow('the page needs the lines')
  })
})
