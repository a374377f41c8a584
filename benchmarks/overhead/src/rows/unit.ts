import { bare } from '../bare.ts'
import { floor } from '../floor.ts'
import type { Group } from '../group.ts'
import { operation } from '../operation.ts'

/** What all else is compared with. Measured in every run. */
export const unit: Group = {
  title: 'the unit',
  contenders: {
    bare: () => bare(operation),
    floor: () => floor(operation),
  },
  lines: [],
}
