import { checkFunction, checkOptions, type Priority } from '@holdfast/core'
import { PRIORITY_HEADER, parseClaimedPriority } from '@holdfast/http'
import { type ShedOptions as PolicyOptions, type ShedPolicy, shed } from '@holdfast/shed'
import type { FastifyRequest } from 'fastify'

export interface ShedOptions extends PolicyOptions {
  /**
   * How much a request matters; `undefined` is `'normal'`. Without it, what its `Priority` header asks for, which is never `'critical'`:
   * who that is, only you know.
   */
  readonly priority?: ((request: FastifyRequest) => Priority | undefined) | undefined
  /** A shed of your own, in place of one made from the other options: to ask for its `snapshot()`, or to use it elsewhere, too. */
  readonly policy?: ShedPolicy | undefined
}

export interface Shedding {
  readonly policy: ShedPolicy
  readonly priority: (request: FastifyRequest) => Priority | undefined
}

export function resolveShedOptions(given: ShedOptions): Shedding {
  const { priority, policy, ...rest }: ShedOptions = checkOptions('shed', given)
  return {
    priority: priority === undefined ? claimedPriority : checkFunction('priority', priority),
    policy: policy ?? shed(rest),
  }
}

function claimedPriority({ headers }: FastifyRequest): Priority | undefined {
  const claimed = headers[PRIORITY_HEADER]
  return typeof claimed === 'string' ? parseClaimedPriority(claimed) : undefined
}
