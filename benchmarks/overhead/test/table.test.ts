import { describe, expect, it } from 'vitest'
import { markdownTable, textTable } from '../src/table.ts'

const columns = [
  { head: 'row', align: 'left' },
  { head: 'ns', align: 'right' },
] as const

describe('textTable', () => {
  it('sets the cells in columns, and leaves out what is missing', () => {
    expect(textTable(columns, [['bare', '64'], ['timeout alone', '300'], ['none']])).toBe(
      ['row             ns', '─────────────  ───', 'bare            64', 'timeout alone  300', 'none'].join('\n'),
    )
  })
})

describe('markdownTable', () => {
  it('says where each column is aligned', () => {
    expect(markdownTable(columns, [['bare', '64'], ['none']])).toBe(
      ['| row | ns |', '|---|--:|', '| bare | 64 |', '| none |  |'].join('\n'),
    )
  })
})
