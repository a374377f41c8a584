import { pipeline } from '@holdfast/core'
import { fivePolicies } from '../five-deep.ts'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation } from '../operation.ts'
import { type Row, rowOf, timesAsLong } from '../row.ts'
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

/** The order that is slowest beside the median, and the median itself, taken of all orders in every round. */
function extremes(measured: readonly Row[]): Row[] {
  const rounds = measured[0]?.rounds.map((_, round) => median(measured.map((row) => row.rounds[round] ?? Number.NaN)))
  const bytes = measured.map((row) => row.bytes)
  const middle = rowOf('median of 20 orders', rounds ?? [], bytes)
  const [slowest = middle] = measured.toSorted((a, b) => timesAsLong(b, middle) - timesAsLong(a, middle))
  return [middle, { ...slowest, name: 'worst of 20 orders' }]
}

export const twentyOrders: Group = {
  title: 'orders',
  contenders: Object.fromEntries(orders),
  fold: extremes,
  lines: [atMost('worst of 20 orders', 1.5, 'median of 20 orders')],
}
