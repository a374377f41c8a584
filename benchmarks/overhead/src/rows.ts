import type { Group } from './group.ts'
import { surroundings } from './rows/ambient.ts'
import { gates } from './rows/gate.ts'
import { inFlight } from './rows/in-flight.ts'
import { twentyOrders, twentyRealOrders } from './rows/orders.ts'
import { pipelines } from './rows/pipeline.ts'
import { breakers, bulkheads, retries } from './rows/policies.ts'
import { timeouts } from './rows/timeout.ts'
import { units } from './rows/units.ts'

/** Everything that is measured, in the order in which it is shown. */
export const groups: readonly Group[] = [
  units,
  timeouts,
  retries,
  breakers,
  bulkheads,
  gates,
  pipelines,
  twentyOrders,
  twentyRealOrders,
  surroundings,
  inFlight,
]
