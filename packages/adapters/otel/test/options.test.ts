import { describe, expect, it } from 'vitest'
import { type InstrumentOptions, instrument } from '../src/index.ts'
import { resolveOptions } from '../src/options.ts'

describe('the options of instrument', () => {
  it('have defaults, and undefined means the default', () => {
    const all = { spans: undefined, keys: undefined, maxKeys: undefined, maxSeries: undefined, buckets: undefined }
    const { spans, keys, maxKeys, maxSeries, buckets } = resolveOptions({ ...all, observe: undefined })
    expect({ spans, keys, maxKeys, maxSeries }).toEqual({
      spans: 'events',
      keys: 'drop',
      maxKeys: 100,
      maxSeries: 1_000,
    })
    expect([buckets[0], buckets.at(-1)]).toEqual([0.001, 60])
  })

  it('are not kept', () => {
    const buckets = [1, 2]
    const resolved = resolveOptions({ buckets })
    buckets.push(3)
    expect(resolved.buckets).toEqual([1, 2])
  })

  it.each<[unknown, string, typeof TypeError | typeof RangeError]>([
    [null, 'options', TypeError],
    [7, 'options', TypeError],
    [{ meterProvider: {} }, 'meterProvider', TypeError],
    [{ tracerProvider: 'global' }, 'tracerProvider', TypeError],
    [{ spans: 'all' }, 'spans', RangeError],
    [{ spans: true }, 'spans', TypeError],
    [{ keys: 'keep' }, 'keys', RangeError],
    [{ maxKeys: 0 }, 'maxKeys', RangeError],
    [{ maxKeys: '9' }, 'maxKeys', TypeError],
    [{ maxSeries: 1 }, 'maxSeries', RangeError],
    [{ maxSeries: 2.5 }, 'maxSeries', RangeError],
    [{ buckets: 5 }, 'buckets', TypeError],
    [{ buckets: [] }, 'buckets', RangeError],
    [{ buckets: [0, 1] }, 'buckets', RangeError],
    [{ buckets: [1, 1] }, 'buckets', RangeError],
    [{ buckets: [1, Infinity] }, 'buckets', RangeError],
    [{ buckets: [1, '2'] }, 'buckets', RangeError],
    [{ observe: {} }, 'observe', TypeError],
    [{ observe: [{}] }, 'what is observed', TypeError],
    [{ observe: [null] }, 'what is observed', TypeError],
  ])('refuse %o and name %s', (options, name, kind) => {
    const attempt = () => instrument(options as InstrumentOptions)
    expect(attempt).toThrow(kind)
    expect(attempt).toThrow(name)
  })
})
