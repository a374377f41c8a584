import type { Group } from './group.ts'
import { surroundings } from './rows/ambient.ts'
import { inFlight } from './rows/in-flight.ts'
import { twentyOrders } from './rows/orders.ts'
import { pipelines } from './rows/pipeline.ts'
import { timeouts } from './rows/timeout.ts'
import { units } from './rows/units.ts'

/** Everything that is measured, in the order in which it is shown. */
export const groups: readonly Group[] = [units, timeouts, pipelines, twentyOrders, surroundings, inFlight]
