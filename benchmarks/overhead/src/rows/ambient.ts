import { pipeline, runInCall } from '@holdfast/core'
import { fiveDeep } from '../five-deep.ts'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation } from '../operation.ts'
import { realFive } from '../real-five.ts'

const five = fiveDeep()
const real = realFive()
const around = pipeline()
const { signal } = new AbortController()

/** As in a handler of a server adapter: a call with a deadline around it. */
async function withinCall(batch: () => Promise<void>): Promise<void> {
  await around.execute((call) => runInCall(call, batch), { timeout: 600_000 })
}

export const surroundings: Group = {
  title: 'ambient',
  contenders: {
    'five deep, ambient call': { call: () => five.execute(operation), within: withinCall },
    "five deep, user's signal": () => five.execute(operation, { signal }),
    'five deep, both': { call: () => five.execute(operation, { signal }), within: withinCall },
    'five deep, new signal each': () => five.execute(operation, { signal: new AbortController().signal }),
    'full pipeline, both': { call: () => real.execute(operation, { signal }), within: withinCall },
    'bare, new signal each': () => {
      new AbortController().signal.throwIfAborted()
      return operation()
    },
  },
  lines: [atMost('five deep, both', 1.4, 'five deep'), atMost('full pipeline, both', 1.4, 'full pipeline')],
}
