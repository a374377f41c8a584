import { describe, expect, it } from 'vitest'
import { controlFails, type Finding, holds } from '../src/finding.ts'
import { page } from '../src/page.ts'

const passed = { text: 'p99 of a / b >= 8', passed: true, shown: '9', values: [8.5, 9, null] }
const failed = { ...passed, passed: false, shown: '1' }

const finding: Finding = {
  name: 'hedging',
  claim: 'It is quicker.',
  about: 'A tail.',
  date: '2026-01-02',
  machine: { node: 'v24.0.0', platform: 'linux x64', cores: 2, model: 'some' },
  late: 0,
  seeds: [1, 2, 3],
  arms: [
    {
      name: 'naive',
      figures: { p50: 10.04, p99: 304, 'p99.9': 12_000, throughput: 300, errors: 0.015, amplification: null },
    },
  ],
  verdicts: [passed],
  control: [failed],
}

describe('the page', () => {
  it('says what was promised, what was seen, and what becomes of it without the policy', () => {
    const text = page([finding])
    for (const part of [
      '| [hedging](#hedging) | It is quicker. | pass | fails, as it must |',
      '![hedging: latency by percentile, and what happened over time](tail/hedging.svg)',
      '2026-01-02, Node v24.0.0, 2 cores, linux x64; medians of 3 seeds.',
      '| naive | 10 ms | 304 ms | 12 s | 300/s | 1.5 % |  |',
      '| p99 of a / b >= 8 | 9 | 8.5, 9, none | pass | 1: fails |',
    ])
      expect(text).toContain(part)
  })

  it('says what is missed, what does not fail, and that the machine was busy', () => {
    const text = page([{ ...finding, verdicts: [failed], control: [failed], late: 0.1 }])
    expect(text).toContain('| MISS | DOES NOT FAIL |')
    expect(text).toContain('10 % of the requests were sent late')
  })
})

describe('a finding', () => {
  it('holds when all of its verdicts do', () => {
    expect([holds({ verdicts: [passed] }), holds({ verdicts: [passed, failed] })]).toEqual([true, false])
  })

  it('has a control that fails when a verdict fails that held', () => {
    expect(controlFails({ verdicts: [passed, passed], control: [passed, failed] })).toBe(true)
    expect(controlFails({ verdicts: [passed], control: [passed] })).toBe(false)
    expect(controlFails({ verdicts: [failed], control: [failed] })).toBe(false)
  })
})
