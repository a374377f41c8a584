import { setTimeout as sleep } from 'node:timers/promises'
import { hedge } from '@holdfast/hedge'
import { type Behaviour, seen } from '../behaviour.ts'
import { ending, inWords } from '../scene/ending.ts'
import { fail } from '../scene/work.ts'

export const failingHedge: Behaviour = {
  name: 'failing-hedge',
  says: 'A hedge that fails fast does not beat the first attempt, which still runs and succeeds',
  cells: {
    async holdfast() {
      const policy = hedge({ delay: 50 })
      let attempts = 0
      const operation = (): Promise<string> => {
        attempts++
        return attempts === 1 ? sleep(400, 'the first attempt') : fail()
      }
      const { what } = await ending(() => policy.execute(operation), 5_000)
      return seen(what === 'the first attempt' && attempts === 2, `${inWords(what)} answers, of ${attempts}`)
    },
    cockatiel: 'no hedge',
    opossum: 'no hedge',
    'p-*': 'no hedge',
    bottleneck: 'no hedge',
  },
}
