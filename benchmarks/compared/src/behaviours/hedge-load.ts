import { setTimeout as sleep } from 'node:timers/promises'
import { hedge } from '@holdfast/hedge'
import { type Behaviour, seen } from '../behaviour.ts'

const CALLS = 2_000
const AT_ONCE = 50
const MAX_EXTRA_LOAD = 0.05

/** Most answers take 5 to 15 ms, one in 20 ten times as long. */
function answer(): Promise<void> {
  const usual = 5 + 10 * Math.random()
  return sleep(Math.random() < 0.05 ? 10 * usual : usual)
}

export const hedgeLoad: Behaviour = {
  name: 'hedge-load',
  says: `${CALLS.toLocaleString('en')} calls hedged with 5 % extra load make no more than 5.5 % more requests`,
  cells: {
    async holdfast() {
      const policy = hedge({ maxExtraLoad: MAX_EXTRA_LOAD })
      let [left, requests] = [CALLS, 0]
      const client = async (): Promise<void> => {
        while (left-- > 0) {
          await policy.execute(() => {
            requests++
            return answer()
          })
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, client))
      const extra = requests / CALLS - 1
      return seen(extra > 0 && extra <= 0.055, `${(100 * extra).toFixed(1)} % more`)
    },
    cockatiel: 'no hedge',
    opossum: 'no hedge',
    'p-*': 'no hedge',
    bottleneck: 'no hedge',
  },
}
