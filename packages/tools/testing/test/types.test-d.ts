import type { Clock, Operation, Timer } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import {
  between,
  type LoadFigures,
  type ManualClock,
  manualClock,
  mixture,
  type NetworkFigures,
  recordChannel,
  recordEvents,
  type ServerFigures,
  type SimulatedResponse,
  type SimulatedServer,
  type Span,
  seededRandom,
  simulatedNetwork,
} from '../src/index.ts'
import { type RedisServer, startRedis } from '../src/redis.ts'

type LampEvent = { readonly type: 'lamp.lit'; readonly watts: number } | { readonly type: 'lamp.broken' }

const clock = manualClock()
expectTypeOf(clock).toEqualTypeOf<ManualClock>()
expectTypeOf(clock).toExtend<Required<Clock>>()
expectTypeOf(clock.setTimer(() => {}, 1)).toEqualTypeOf<Timer>()
expectTypeOf(clock.next()).resolves.toEqualTypeOf<boolean>()
manualClock({ now: undefined, settling: undefined })
// @ts-expect-error: only these two ways to settle
manualClock({ settling: 'macrotasks' })
// @ts-expect-error: what is told cannot be changed
clock.pending = 0

const random = seededRandom('seed')
expectTypeOf(random).toExtend<() => number>()
expectTypeOf(random.pick(['a', 1])).toEqualTypeOf<string | number>()
expectTypeOf(random.shuffle([1] as const)).toEqualTypeOf<1[]>()
// @ts-expect-error: a seed is needed, or nothing could be had again
seededRandom()

const recorder = recordEvents<LampEvent>()
expectTypeOf(recorder).toExtend<(event: LampEvent) => void>()
expectTypeOf(recorder.events).toEqualTypeOf<readonly LampEvent[]>()
expectTypeOf(recorder.last).toEqualTypeOf<LampEvent | undefined>()
expectTypeOf(recorder.types()).toEqualTypeOf<('lamp.lit' | 'lamp.broken')[]>()
expectTypeOf(recorder.of('lamp.lit')[0]?.watts).toEqualTypeOf<number | undefined>()
// @ts-expect-error: no event has this type
recorder.of('lamp.lost')
// @ts-expect-error: an event has a type
recordEvents<{ readonly watts: number }>()
expectTypeOf(recordChannel<LampEvent>('holdfast:lamp')).toExtend<Disposable>()

expectTypeOf(startRedis()).resolves.toEqualTypeOf<RedisServer>()
expectTypeOf<RedisServer>().toExtend<AsyncDisposable>()
expectTypeOf<RedisServer['pid']>().toEqualTypeOf<number | undefined>()

const network = simulatedNetwork({ clock })
const server = network.server({
  serviceTime: mixture([98, between(5, 15)], [2, 300]),
  faults: [
    { type: 'brownout', from: 0, until: 1_000, capacity: 0.1 },
    { type: 'hang', from: 0, until: 1_000 },
    { type: 'fail', rate: 0.5 },
  ],
})
expectTypeOf(server).toEqualTypeOf<SimulatedServer>()
expectTypeOf(server.request).toExtend<Operation<SimulatedResponse>>()
expectTypeOf(server.request()).resolves.toEqualTypeOf<SimulatedResponse>()
expectTypeOf(server.total()).toEqualTypeOf<ServerFigures>()
const load = network.load({ rate: 1, clients: undefined, call: (client) => Promise.resolve(client.toFixed()) })
expectTypeOf(load.periods()).toEqualTypeOf<LoadFigures[]>()
expectTypeOf(load.failures()).toEqualTypeOf<Record<string, number>>()
expectTypeOf(network.between(0, 1_000)).toEqualTypeOf<NetworkFigures>()
expectTypeOf(5).toExtend<Span>()
expectTypeOf(random).toExtend<Parameters<Exclude<Span, number>>[0]>()
// @ts-expect-error: a brown-out leaves some capacity
network.server({ capacity: 1, faults: [{ type: 'brownout', from: 0, until: 1_000 }] })
// @ts-expect-error: a client does something
network.load({ rate: 1 })
// @ts-expect-error: time is moved by a clock
simulatedNetwork({})
