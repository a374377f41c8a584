import { checkFunction, checkOptions, type Priority } from '@holdfast/core'
import { PRIORITY_HEADER, parseClaimedPriority } from '@holdfast/http'
import type { ShedOptions as PolicyOptions } from '@holdfast/shed'
import type { Request } from 'express'

export interface ShedOptions extends PolicyOptions {
  /**
   * How much a request matters; `undefined` is `'normal'`. Without it the header `Priority` says so, but nobody is `'critical'` by
   * his own word.
   */
  readonly priority?: ((req: Request) => Priority | undefined) | undefined
}

export interface ResolvedShedOptions {
  readonly priority: (req: Request) => Priority | undefined
  readonly policy: PolicyOptions
}

export function resolveShedOptions(given: ShedOptions): ResolvedShedOptions {
  const { priority, ...policy } = checkOptions('options', given)
  return { priority: priority === undefined ? claimed : checkFunction('priority', priority), policy }
}

function claimed(req: Request): Priority | undefined {
  const { [PRIORITY_HEADER]: stated } = req.headers
  return typeof stated === 'string' ? parseClaimedPriority(stated) : undefined
}
