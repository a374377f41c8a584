import fc from 'fast-check'
import { it } from 'vitest'
import { Workers } from '../../src/network/workers.ts'

it('gives each job to the worker who is free first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(20), { maxLength: 60 }), (count, spans) => {
      const workers = new Workers(count)
      const model = Array.from({ length: count }, () => 0)
      return spans.every((span) => {
        model.sort((a, b) => a - b)
        const freeAt = workers.freeAt === model[0]
        model[0] = (model[0] as number) + span
        workers.occupy(workers.freeAt + span)
        const busy = [0, 7, 30].every((time) => workers.busyAt(time) === model.filter((free) => free > time).length)
        return freeAt && busy
      })
    }),
    { numRuns: 3_000 },
  )
})
