import { expectTypeOf } from 'vitest'
import { type Drain, type DrainReport, drain, type Health, type HealthReport, health } from '../src/index.ts'

const end = drain({
  signals: ['SIGTERM', 'SIGINT'],
  delay: 5_000,
  exit: (code) => expectTypeOf(code).toEqualTypeOf<0 | 1>(),
})
expectTypeOf(end).toEqualTypeOf<Drain>()
expectTypeOf(end.start()).toEqualTypeOf<Promise<DrainReport>>()
expectTypeOf(end.track(Promise.resolve(5))).toEqualTypeOf<Promise<number>>()
expectTypeOf(end.enter()).toEqualTypeOf<() => void>()

const service = health({ readiness: { db: async (signal) => signal.aborted }, drain: end })
expectTypeOf(service).toEqualTypeOf<Health>()
expectTypeOf(service.ready()).toEqualTypeOf<Promise<HealthReport>>()

// @ts-expect-error: no such signal
drain({ signals: ['SIGNONE'] })
// @ts-expect-error: a check is a function
health({ readiness: { db: true } })
// @ts-expect-error: there are two kinds
service.addCheck('startup', 'db', () => true)
