import { slidingWindowLimit, tokenBucketLimit } from '@holdfast/rate-limit'

/** A tenant may do 100 a second, and 50 at once; all tenants together no more than 600 in any two seconds. */
export const tenants = ['ada', 'bob', 'cyd', 'dan'] as const
export const tenant = tokenBucketLimit({ name: 'tenant', rate: 100, burst: 50 })
export const everybody = slidingWindowLimit({ name: 'everybody', limit: 600, window: 2_000, scope: 'global' })
export const limits = [tenant, everybody] as const

/** What a process is told. */
export interface Orders {
  readonly ports: readonly number[]
  /** In ms. */
  readonly duration: number
}

/** What it says when it is done. */
export interface Report {
  /** Who was admitted, and when, in ms. */
  readonly admitted: readonly { readonly who: string; readonly at: number }[]
  readonly refused: number
  readonly degraded: number
}
