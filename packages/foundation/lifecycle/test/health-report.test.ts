import { expect, it } from 'vitest'
import { formatReport, type HealthReport } from '../src/index.ts'

const report = (states: Record<string, unknown>): HealthReport => ({ ok: true, draining: false, checks: {}, states })

it('a report is JSON', () => {
  expect(JSON.parse(formatReport(report({ breaker: 'closed' })))).toEqual(report({ breaker: 'closed' }))
})

it.each<[string, unknown]>([
  [
    'goes round in circles',
    Object.assign(
      {},
      {
        get self() {
          return this
        },
      },
    ),
  ],
  ['is a bigint', 1n],
  [
    'throws',
    {
      toJSON() {
        throw new Error('no')
      },
    },
  ],
])('a state that %s leaves the rest of the report', (_, state) => {
  expect(JSON.parse(formatReport(report({ state })))).toEqual({ ok: true, draining: false, checks: {} })
})
