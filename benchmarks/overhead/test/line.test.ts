import { describe, expect, it } from 'vitest'
import { atMost, bytesOver, type Line, timesFaster, verdictOf } from '../src/line.ts'
import { rowOf } from '../src/row.ts'

const rows = new Map([
  ['floor', rowOf('floor', [100], [600])],
  ['ours', rowOf('ours', [160], [1_500])],
  ['peer', rowOf('peer', [3_200], [9_000])],
])

function judged(line: Line) {
  return verdictOf(line, (name) => rows.get(name) ?? rowOf(name, [], []))
}

describe('verdictOf', () => {
  it.each([
    { line: atMost('ours', 1.6, 'floor'), found: 1.6, passed: true },
    { line: atMost('ours', 1.5, 'floor'), found: 1.6, passed: false },
    { line: timesFaster('ours', 20, 'peer'), found: 20, passed: true },
    { line: timesFaster('ours', 21, 'peer'), found: 20, passed: false },
    { line: bytesOver('ours', 900, 'floor'), found: 900, passed: true },
    { line: bytesOver('ours', 899, 'floor'), found: 900, passed: false },
  ])('$line.text: found $found, passed: $passed', ({ line, found, passed }) => {
    expect(judged(line)).toMatchObject({ row: 'ours', found, passed })
  })

  it('misses a line on figures that are no numbers', () => {
    expect(judged(atMost('unmeasured', 2, 'floor')).passed).toBe(false)
  })
})
