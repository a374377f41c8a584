import { expect, it } from 'vitest'
import { atMostEach } from '../src/line-each.ts'
import { rowOf } from '../src/row.ts'

const bare = rowOf('bare', [50, 100, 60], [0])
const lineFor = (ns: number) => atMostEach('row', ns, 10, 'bare')

it('takes what one of many costs, round by round', () => {
  const row = rowOf('row', [250, 300, 1_060], [0])
  expect(lineFor(20).judge(row, bare)).toEqual({ found: 20, passed: true })
  expect(lineFor(19).judge(row, bare)).toEqual({ found: 20, passed: false })
  expect(lineFor(20)).toMatchObject({ row: 'row', than: 'bare', text: '≤ 20 ns each of 10', unit: 'ns' })
})
