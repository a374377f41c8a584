import { bare } from '../bare.ts'
import { floor } from '../floor.ts'
import type { Group } from '../group.ts'
import { operation } from '../operation.ts'

/** What all else is compared with. Measured in every run. */
export const units: Group = {
  title: 'units',
  contenders: {
    bare: () => bare(operation),
    floor: () => floor(operation),
  },
  flights: {
    'bare in flight': { calls: 100_000, call: bare },
    'floor in flight': { calls: 100_000, call: floor },
  },
  lines: [],
}
