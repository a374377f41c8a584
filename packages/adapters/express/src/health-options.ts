import { checkMethods, checkOptions, wrongType, wrongValue } from '@holdfast/core'
import type { Health } from '@holdfast/lifecycle'

export interface HealthOptions {
  /** What `health()` of `@holdfast/lifecycle` returns. */
  readonly health: Health
  /**
   * Where to ask whether the process is to be left running.
   * @default '/livez'
   */
  readonly live?: string | undefined
  /**
   * Where to ask whether the process is to be sent requests.
   * @default '/readyz'
   */
  readonly ready?: string | undefined
}

export interface ResolvedHealthOptions {
  readonly health: Health
  readonly live: string
  readonly ready: string
}

export function resolveHealthOptions(given: HealthOptions): ResolvedHealthOptions {
  const { health, live = '/livez', ready = '/readyz' }: HealthOptions = checkOptions('options', given)
  return {
    health: checkMethods('health', health, ['live', 'ready']),
    live: checkPath('live', live),
    ready: checkPath('ready', ready),
  }
}

function checkPath(name: string, path: unknown): string {
  const rule = "a path that begins with '/'"
  if (typeof path !== 'string') return wrongType(name, rule, path)
  return path.startsWith('/') ? path : wrongValue(name, rule, path)
}
