import { circuitBreaker } from '@holdfast/circuit-breaker'
import { type Policy, pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { timeout } from '@holdfast/timeout'
import { type Fleet, fleetOf, type Process } from './fleet.ts'
import { letPass } from './let-pass.ts'
import { large } from './scales.ts'

/** Total time, retry with a budget, breaker, the time of an attempt. */
function whole({ clock, random }: Process): Policy {
  return pipeline(
    timeout({ timeout: 2_000, clock }),
    retry({ clock, random }),
    circuitBreaker({ clock, random }),
    timeout({ timeout: 500, clock }),
  )
}

/** Ten thousand clients and a hundred servers, to whom something happens every now and then. */
export async function tenMinutes({ seed = 1, minutes = 10, rate = 750 } = {}): Promise<Fleet> {
  const { servers, capacity, clients, processes } = large
  const fleet = fleetOf({
    seed,
    servers,
    capacity: servers * capacity,
    faults: [
      { type: 'brownout', from: 10_000, until: 20_000, capacity: 0.1 },
      { type: 'fail', from: 120_000, until: 150_000, rate: 0.05 },
      { type: 'hang', from: 240_000, until: 250_000 },
      { type: 'fail', from: 360_000, until: 370_000 },
    ],
    clients,
    processes,
    rate,
    policy: whole,
  })
  await letPass(fleet.clock, minutes * 60_000)
  return fleet
}
