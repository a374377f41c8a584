import { describe, expect, it } from 'vitest'
import { chapterOf, oneByOne } from '../src/chapter.ts'
import { environment } from '../src/environment.ts'
import { markdown } from '../src/results.ts'
import { rowOf } from '../src/row.ts'

describe('markdown', () => {
  it('says when, where and with which versions, and then the tables', () => {
    const nothing = async () => {}
    const units = { title: 'units', contenders: { bare: nothing, floor: nothing }, lines: [] }
    const chapter = chapterOf(oneByOne, [units], [rowOf('bare', [50], [200]), rowOf('floor', [150], [600])])
    const lines = markdown([chapter], environment(['cockatiel'])).split('\n')
    expect(lines.find((line) => line.includes('cores'))).toMatch(
      /^\d{4}-\d\d-\d\d, Node [\d.]+ \(V8 .+\), \w+ \w+, \d+ cores, load [\d.]+; cockatiel \d+\.\d+\.\d+\.$/,
    )
    expect(lines).toContain('## One call at a time')
    expect(lines).toContain('| floor | 150 | 150 to 150 | 600 | 1.00 | 1.00 |  |  |  |')
  })
})
