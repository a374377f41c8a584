import { hedge } from '@holdfast/hedge'
import { type Behaviour, seen } from '../behaviour.ts'
import { ending } from '../scene/ending.ts'
import { hang } from '../scene/work.ts'

export const hedgeLosers: Behaviour = {
  name: 'hedge-losers',
  says: 'The attempt that wins answers at once, and the loser is aborted and not waited for',
  cells: {
    async holdfast() {
      const policy = hedge({ delay: 50 })
      const signals: AbortSignal[] = []
      const { what, after } = await ending(
        () =>
          policy.execute(({ signal }) => {
            signals.push(signal)
            return signals.length === 1 ? hang() : 'the hedge'
          }),
        5_000,
      )
      const aborted = signals[0]?.aborted === true
      return seen(
        what === 'the hedge' && after < 1_000 && aborted,
        `answers after ${after} ms, the loser ${aborted ? 'is aborted' : 'runs on'}`,
      )
    },
    cockatiel: 'no hedge',
    opossum: 'no hedge',
    'p-*': 'no hedge',
    bottleneck: 'no hedge',
  },
}
