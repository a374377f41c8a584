import { type Policy, pipeline } from '@holdfast/core'
import { fivePolicies } from '../five-deep.ts'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation } from '../operation.ts'
import { realFivePolicies } from '../real-five.ts'
import { type Row, rowOf, timesAsLong } from '../row.ts'
import { seeded, shuffled } from '../shuffle.ts'
import { median } from '../statistics.ts'

/** Five policies in 20 random orders, each pipeline with policies of its own. */
function ordersOf(five: () => Policy[]): Record<string, () => Promise<number>> {
  const random = seeded(20)
  const orders = Array.from({ length: 20 }, (_, index) => {
    const policies = shuffled(five(), random)
    const ordered = pipeline(...policies)
    const name = `order ${index + 1}: ${policies.map((policy) => policy.name).join(', ')}`
    return [name, () => ordered.execute(operation) as Promise<number>] as const
  })
  return Object.fromEntries(orders)
}

/** The order that is slowest beside the median, and the median itself, taken of all orders in every round. */
function extremes(measured: readonly Row[], of: string): Row[] {
  const rounds = measured[0]?.rounds.map((_, round) => median(measured.map((row) => row.rounds[round] ?? Number.NaN)))
  const bytes = measured.map((row) => row.bytes)
  const middle = rowOf(`median ${of}`, rounds ?? [], bytes)
  const [slowest = middle] = measured.toSorted((a, b) => timesAsLong(b, middle) - timesAsLong(a, middle))
  return [middle, { ...slowest, name: `worst ${of}` }]
}

export const twentyOrders: Group = {
  title: 'orders',
  contenders: ordersOf(fivePolicies),
  fold: (measured) => extremes(measured, 'of 20 orders'),
  lines: [atMost('worst of 20 orders', 1.5, 'median of 20 orders')],
}

export const twentyRealOrders: Group = {
  title: 'orders of the full pipeline',
  contenders: ordersOf(realFivePolicies),
  fold: (measured) => extremes(measured, 'of 20 full orders'),
  lines: [atMost('worst of 20 full orders', 1.5, 'median of 20 full orders')],
}
