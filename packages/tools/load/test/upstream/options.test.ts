import { describe, expect, it } from 'vitest'
import { resolveUpstream, type UpstreamOptions } from '../../src/upstream/options.ts'

const never = Number.POSITIVE_INFINITY

describe('an upstream', () => {
  it('answers at once, everybody, when nothing is said', () => {
    expect(resolveUpstream('upstream', {})).toEqual({ serviceTime: 0, workers: never, maxQueued: never, faults: [] })
  })

  it('has one worker that is as quick as its capacity asks for', () => {
    expect(resolveUpstream('upstream', { capacity: 200 })).toMatchObject({ serviceTime: 5, workers: 1 })
    expect(resolveUpstream('upstream', { capacity: 200, workers: 4 })).toMatchObject({ serviceTime: 20, workers: 4 })
  })

  it('takes undefined for what is not said', () => {
    const said = {
      latency: undefined,
      capacity: undefined,
      workers: undefined,
      maxQueued: undefined,
      faults: undefined,
    }
    expect(resolveUpstream('upstream', said)).toEqual(resolveUpstream('upstream', {}))
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'upstream must be an object, got undefined'],
    ['both', { latency: 5, capacity: 5 }, 'upstream must have either latency or capacity, got both'],
    ['capacity', { capacity: 0 }, 'upstream.capacity must be a number of requests a second above 0, got 0'],
    ['workers', { workers: 0 }, 'upstream.workers must be an integer from 1 up, or Infinity, got 0'],
    [
      'workers of a capacity',
      { capacity: 5, workers: never },
      'upstream.workers must be a number where there is a capacity',
    ],
    ['maxQueued', { maxQueued: 1.5 }, 'upstream.maxQueued must be an integer from 0 up, or Infinity, got 1.5'],
    [
      'maxQueued of a kind',
      { maxQueued: '5' },
      "upstream.maxQueued must be an integer from 0 up, or Infinity, got '5'",
    ],
    ['latency', { latency: -5 }, 'upstream.latency must be a number of milliseconds from 0 up, got -5'],
    ['faults', { faults: {} }, 'upstream.faults must be an array, got {}'],
    ['a fault', { faults: [5] }, 'upstream.faults[0] must be an object, got 5'],
    [
      'a type',
      { faults: [{ type: 'flood' }] },
      "upstream.faults[0].type must be one of 'slow', 'hang', 'reset', 'fail', 'brownout', 'outage', got 'flood'",
    ],
    ['a rate', { faults: [{ type: 'fail', rate: 2 }] }, 'upstream.faults[0].rate must be a share from 0 to 1, got 2'],
    [
      'until',
      { faults: [{ type: 'hang', from: 5, until: 5 }] },
      'upstream.faults[0].until must be above from (5), got 5',
    ],
    [
      'from',
      { faults: [{ type: 'hang', from: -5 }] },
      'upstream.faults[0].from must be a number of milliseconds from 0 up',
    ],
    [
      'a capacity left',
      { faults: [{ type: 'brownout', capacity: 2 }] },
      'upstream.faults[0].capacity must be a share from 0 to 1',
    ],
    ['none left for ever', { faults: [{ type: 'brownout', capacity: 0 }] }, 'above 0 where the brown-out has no end'],
    [
      'an outage',
      { workers: 5, faults: [{ type: 'outage', workers: 0 }] },
      'upstream.faults[0].workers must be an integer from 1 up, got 0',
    ],
    [
      'an outage of more than there are',
      { workers: 5, faults: [{ type: 'outage', workers: 6, until: 5 }] },
      'upstream.faults[0].workers must be at most 5, got 6',
    ],
    [
      'all away for ever',
      { workers: 5, faults: [{ type: 'outage', workers: 5 }] },
      'upstream.faults[0].workers must be at most 4, of 5, where the outage has no end, got 5',
    ],
    [
      'outage of countless workers',
      { faults: [{ type: 'outage', workers: 5 }] },
      'upstream.workers must be a number where there is an outage, got Infinity',
    ],
    [
      'a delay',
      { faults: [{ type: 'slow' }] },
      'upstream.faults[0].by must be a number of milliseconds, between(), exponentially() or mixture(), got undefined',
    ],
    [
      'a status',
      { faults: [{ type: 'fail', status: 200 }] },
      'upstream.faults[0].status must be an integer from 400 to 599',
    ],
    ['a time to hang', { faults: [{ type: 'hang', duration: 0 }] }, 'upstream.faults[0].duration must be'],
    ['a retryAfter', { faults: [{ type: 'fail', retryAfter: -1 }] }, 'upstream.faults[0].retryAfter must be'],
  ])('with a wrong %s says so', (_, options, message) => {
    expect(() => resolveUpstream('upstream', options as UpstreamOptions)).toThrow(message)
  })
})
