import { bulkhead } from '@holdfast/bulkhead'
import { bare } from '../bare.ts'
import type { Group } from '../group.ts'
import { atMostEach } from '../line-each.ts'
import { operation } from '../operation.ts'

/** So many in one row that the await around them hardly counts. */
const TIMES = 100

const gate = bulkhead({ maxConcurrent: 10 })

/** A bulkhead as a gate for synchronous code, which waits for nothing: taken and given back. */
export const gates: Group = {
  title: 'bulkhead gate',
  contenders: {
    'bare, 100 gates': () => {
      for (let time = 0; time < TIMES; time++) {
        if (!gate.tryAcquire()) throw new Error('the gate is shut')
        gate.release()
      }
      return bare(operation)
    },
  },
  lines: [atMostEach('bare, 100 gates', 20, TIMES, 'bare')],
}
