import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Labels, SeriesTable } from '../src/series.ts'

const names = ['holdfast.policy.name', 'holdfast.reason', 'holdfast.key'] as const

describe('a table of series', () => {
  it('gives one object to each series, of the labels that the instrument has', () => {
    const table = new SeriesTable(10, names)
    const labels: Labels = { 'holdfast.policy.name': 'p', 'holdfast.decision': 'refused', 'holdfast.key': undefined }
    expect(table.at(labels)).toEqual({ 'holdfast.policy.name': 'p' })
    expect(table.at({ ...labels })).toBe(table.at(labels))
  })

  it('takes so many, that of the overflow included, and still knows those that it took', () => {
    const table = new SeriesTable(3, names)
    const at = (name: string) => table.at({ 'holdfast.policy.name': name })
    const [one, two] = [at('one'), at('two')]
    expect(at('three')).toEqual({ 'otel.metric.overflow': true })
    expect(at('four')).toBe(at('three'))
    expect([at('one'), at('two')]).toEqual([one, two])
  })

  it('keeps apart what differs in any label, whatever texts users choose', () => {
    const text = fc.oneof(
      fc.constantFrom('', '-', '1:a', '0:', '1', ':'),
      fc.string({ unit: fc.constantFrom('-', ':', '1', 'a') }),
    )
    const labels = fc.record({ 'holdfast.policy.name': text, 'holdfast.reason': fc.option(text, { nil: undefined }) })
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const table = new SeriesTable(10, names)
        const same =
          a['holdfast.policy.name'] === b['holdfast.policy.name'] && a['holdfast.reason'] === b['holdfast.reason']
        expect(table.at(a) === table.at(b)).toBe(same)
      }),
    )
  })
})
