import { measureInFlight } from './in-flight.ts'
import { measure } from './measure.ts'
import { groups } from './rows.ts'
import type { Order, Sample } from './sample.ts'
import { chosen, needed } from './select.ts'

// A service always has some timer pending; without one, every timeout of a peer would set up and tear down Node's own list.
setTimeout(() => {}, 3_600_000).unref()

process.once('message', async (order: Order) => {
  const { only, rounds, batch, flights, seed } = order
  const shown = chosen(groups, only)
  const figures: Sample = {
    calls: await measure(
      needed(shown, groups, (group) => group.contenders),
      { rounds, batch, seed },
    ),
    flights: await measureInFlight(
      needed(shown, groups, (group) => group.flights),
      { rounds: flights, seed },
    ),
  }
  process.send?.(figures, () => process.disconnect())
})
