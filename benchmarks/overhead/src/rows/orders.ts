import { pipeline } from '@holdfast/core'
import { fivePolicies } from '../five-deep.ts'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation } from '../operation.ts'
import { type Row, rowOf } from '../row.ts'
import { seeded, shuffled } from '../shuffle.ts'
import { median } from '../statistics.ts'

const random = seeded(20)

/** The five of `five-deep.ts` in 20 random orders, each with policies of its own. */
const orders = Array.from({ length: 20 }, (_, index) => {
  const policies = shuffled(fivePolicies(), random)
  const ordered = pipeline(...policies)
  const name = `order ${index + 1}: ${policies.map((policy) => policy.name).join(', ')}`
  return [name, () => ordered.execute(operation)] as const
})

/** The slowest order, and one that in every round took the median of all. */
function extremes(measured: readonly Row[]): Row[] {
  const [slowest] = measured.toSorted((a, b) => b.ns - a.ns)
  if (slowest === undefined) return []
  const middles = slowest.rounds.map((_, round) => median(measured.map(({ rounds }) => rounds[round] ?? Number.NaN)))
  const middle = rowOf(
    'median of 20 orders',
    middles,
    measured.map(({ bytes }) => bytes),
  )
  return [middle, { ...slowest, name: 'worst of 20 orders' }]
}

export const twentyOrders: Group = {
  title: 'orders',
  contenders: Object.fromEntries(orders),
  fold: extremes,
  lines: [atMost('worst of 20 orders', 1.5, 'median of 20 orders')],
}
