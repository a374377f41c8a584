import { definePolicy, nodeOf, type Policy, pipeline } from '@holdfast/core'
import type { FastifyRequest } from 'fastify'
import { type Compartment, resolveBulkheadOptions } from './bulkhead-options.ts'
import { Deadline } from './deadline.ts'
import { exchangeOf } from './exchange-of.ts'
import { LimitGate } from './limit-gate.ts'
import type { HoldfastRouteOptions } from './options.ts'
import { resolveShedOptions, type Shedding } from './shed-options.ts'

/** What happens to the requests of a route. */
export interface Plan {
  readonly limits: readonly LimitGate[]
  readonly deadline: Deadline | undefined
  readonly shedding: Shedding | undefined
  readonly compartment: Compartment | undefined
  /** Deadline and shed in one. */
  readonly entry: Policy
  readonly errors: boolean
}

/** What is decided where the plugin is registered: limits and sheds are those of all its routes together, a bulkhead is each route's own. */
export interface Base extends Omit<Plan, 'compartment'> {
  readonly bulkhead: HoldfastRouteOptions['bulkhead']
}

/** `options` on top of what is in force around them. */
export function baseOf(options: HoldfastRouteOptions, around: Base | undefined): Base {
  const { rateLimit, shed, deadline, bulkhead, errors } = options
  const limits = rateLimit === undefined ? (around?.limits ?? []) : gatesOf(rateLimit)
  const made = {
    deadline: deadline === undefined ? around?.deadline : deadline === false ? undefined : new Deadline(deadline),
    shedding: shed === undefined ? around?.shedding : shed === false ? undefined : resolveShedOptions(shed),
  }
  return {
    ...made,
    limits,
    entry: entryOf(made),
    bulkhead: bulkhead === undefined ? around?.bulkhead : bulkhead,
    errors: errors ?? around?.errors ?? true,
  }
}

export function planOf({ bulkhead, ...base }: Base): Plan {
  return { ...base, compartment: bulkhead ? resolveBulkheadOptions(bulkhead) : undefined }
}

function gatesOf(options: HoldfastRouteOptions['rateLimit']): LimitGate[] {
  if (options === undefined || options === false) return []
  return [options].flat().map((one, index) => new LimitGate(one, index > 0))
}

/** The outermost: who else could end the call of a request that is still in a queue? */
const captured = definePolicy({
  kind: 'request',
  neverThrows: true,
  layer: (inner) => (call, operation, sink) => {
    const exchange = exchangeOf(call.context as FastifyRequest)
    if (exchange !== undefined) exchange.node = nodeOf(call)
    inner(call, operation, sink)
  },
})

function entryOf({ deadline, shedding }: Pick<Plan, 'deadline' | 'shedding'>): Policy {
  return pipeline(captured, ...[deadline, shedding].flatMap((one) => (one === undefined ? [] : [one.policy])))
}
