import { describe, expect, it } from 'vitest'
import type { Group } from '../src/group.ts'
import { atMost } from '../src/line.ts'
import { units } from '../src/rows/units.ts'
import { chosen, needed } from '../src/select.ts'

const nothing = async () => {}

describe('chosen', () => {
  it('takes the groups whose title holds the text, and always the units', () => {
    const timeouts: Group = { title: 'timeout', lines: [] }
    const retries: Group = { title: 'retry', lines: [] }
    expect(chosen([units, timeouts, retries], 'time')).toEqual([units, timeouts])
    expect(chosen([units, timeouts, retries], '')).toEqual([units, timeouts, retries])
  })
})

describe('needed', () => {
  it('takes what the chosen groups measure and what they are compared with, and nothing else', () => {
    const peers: Group = { title: 'peers', contenders: { peer: nothing, other: nothing }, lines: [] }
    const ours: Group = { title: 'ours', contenders: { mine: nothing }, lines: [atMost('mine', 1, 'peer')] }
    const contenders = needed([ours], [peers, ours], (group) => group.contenders)
    expect(Object.keys(contenders).toSorted()).toEqual(['mine', 'peer'])
  })
})
