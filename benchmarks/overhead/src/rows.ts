import type { Group } from './group.ts'
import { timeouts } from './rows/timeout.ts'
import { units } from './rows/units.ts'

/** Everything that is measured, in the order in which it is shown. */
export const groups: readonly Group[] = [units, timeouts]
