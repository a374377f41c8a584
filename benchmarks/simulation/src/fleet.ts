import type { Operation, Policy } from '@holdfast/core'
import {
  type Fault,
  type ManualClock,
  manualClock,
  type SeededRandom,
  type SimulatedLoad,
  type SimulatedNetwork,
  type SimulatedResponse,
  type SimulatedServer,
  seededRandom,
  simulatedNetwork,
} from '@holdfast/testing'

/** One of the processes whose clients call the service, each with policies of its own. */
export interface Process {
  readonly clock: ManualClock
  /** The dice of its policies. */
  readonly random: SeededRandom
}

export interface FleetPlan {
  readonly seed: number
  /** How many servers the service has. Each attempt goes to the one that has less to do of two that are drawn. */
  readonly servers: number
  /** How many requests all servers together can serve in a second. */
  readonly capacity: number
  readonly maxQueued?: number
  readonly faults?: readonly Fault[]
  readonly clients: number
  /** How many processes the clients are in; all clients of one share its policies. */
  readonly processes: number
  /** How many calls all clients together begin in a second. */
  readonly rate: number
  /** Makes the policy of a process. */
  readonly policy: (process: Process) => Policy
}

/** Clients in processes, who call a service of many servers. */
export interface Fleet {
  readonly clock: ManualClock
  readonly network: SimulatedNetwork
  readonly load: SimulatedLoad
}

/** How finely figures are kept, in ms. */
export const PERIOD = 250

export function fleetOf(plan: FleetPlan): Fleet {
  const { seed, capacity, maxQueued, faults, clients, processes, rate } = plan
  const { servers: count } = plan
  const clock = manualClock({ settling: 'microtasks' })
  const network = simulatedNetwork({ clock, seed, latency: 2, period: PERIOD })
  const dice = seededRandom(seed)
  const balancer = dice.fork('balancer')
  const servers = Array.from({ length: count }, (_, i) =>
    network.server({ name: `server ${i}`, capacity: capacity / count, maxQueued, faults }),
  )
  const ask: Operation<SimulatedResponse> = (call) => {
    const [one, other] = [balancer.pick(servers), balancer.pick(servers)]
    return (toDo(other) < toDo(one) ? other : one).request(call)
  }
  const policies = Array.from({ length: processes }, (_, i) => {
    return plan.policy({ clock, random: dice.fork(`process ${i}`) })
  })
  const load = network.load({
    clients,
    rate,
    call: (client) => (policies[client % processes] as Policy).execute(ask),
  })
  return { clock, network, load }
}

function toDo(server: SimulatedServer): number {
  return server.queued + server.busy
}
