import { describe, expect, it } from 'vitest'
import { aimd, fixed, gradient } from '../src/index.ts'

describe.each([
  ['aimd', aimd],
  ['gradient', gradient],
])('%s()', (name, make) => {
  it('has defaults, and says what it is', () => {
    expect(make()).toMatchObject({ name, minLimit: 1, maxLimit: 200, initialLimit: 20 })
    expect(make().start().limit).toBe(20)
  })

  it('takes an explicit undefined for the default', () => {
    expect(make({ minLimit: undefined, maxLimit: undefined, initialLimit: undefined })).toEqual(make())
  })

  it('begins at the bound that is nearest to 20', () => {
    expect(make({ maxLimit: 8 }).start().limit).toBe(8)
    expect(make({ minLimit: 30 }).start().limit).toBe(30)
  })

  it('starts limits that share nothing, and keeps no options', () => {
    const options = { initialLimit: 5 }
    const algorithm = make(options)
    options.initialLimit = 50
    const [one, other] = [algorithm.start(), algorithm.start()]
    one.record({ now: 0, duration: 10, health: 'failure', running: 1, queued: 0 })
    expect([one.limit, other.limit]).toEqual([4, 5])
  })

  it.each([
    [{ minLimit: 0 }, RangeError, 'minLimit must be an integer from 1 up, got 0'],
    [{ minLimit: '1' }, TypeError, "minLimit must be an integer from 1 up, got '1'"],
    [{ minLimit: 1n }, TypeError, 'minLimit must be an integer from 1 up, got 1n'],
    [{ maxLimit: Symbol('9') }, TypeError, 'maxLimit must be an integer from 1 up, got Symbol(9)'],
    [{ maxLimit: Object.create(null) }, TypeError, 'maxLimit must be an integer from 1 up, got [Object'],
    [{ maxLimit: 1.5 }, RangeError, 'maxLimit must be an integer from 1 up, got 1.5'],
    [{ maxLimit: Infinity }, RangeError, 'maxLimit must be an integer from 1 up, got Infinity'],
    [{ minLimit: 5, maxLimit: 4 }, RangeError, 'maxLimit must be an integer from minLimit (5) up, got 4'],
    [{ initialLimit: NaN }, RangeError, 'initialLimit must be an integer from 1 up, got NaN'],
    [
      { minLimit: 2, maxLimit: 4, initialLimit: 5 },
      RangeError,
      'initialLimit must be an integer from minLimit (2) to maxLimit (4), got 5',
    ],
    [
      { minLimit: 2, initialLimit: 1 },
      RangeError,
      'initialLimit must be an integer from minLimit (2) to maxLimit (200), got 1',
    ],
    [null, TypeError, 'options must be an object, got null'],
    [20, TypeError, 'options must be an object, got 20'],
  ])('refuses %o', (options, kind, message) => {
    expect(() => make(options as never)).toThrow(kind)
    expect(() => make(options as never)).toThrow(message)
  })
})

it.each([
  [aimd, { decrease: 0 }, 'decrease must be a number above 0 and below 1, got 0'],
  [aimd, { decrease: 1 }, 'decrease must be a number above 0 and below 1, got 1'],
  [aimd, { slowAfter: 0 }, 'slowAfter must be a number of milliseconds above 0, or Infinity, got 0'],
  [gradient, { tolerance: 0.9 }, 'tolerance must be a number from 1 up, got 0.9'],
  [gradient, { smoothing: 1 }, 'smoothing must be a number above 0 and below 1, got 1'],
  [gradient, { smoothing: NaN }, 'smoothing must be a number above 0 and below 1, got NaN'],
  [gradient, { probeEvery: 0 }, 'probeEvery must be a number of milliseconds above 0, got 0'],
])('%o refuses %o', (make, options, message) => {
  expect(() => make(options)).toThrow(RangeError)
  expect(() => make(options)).toThrow(message)
})

describe('fixed()', () => {
  it('is a limit that learns nothing', () => {
    const limit = fixed(3).start()
    limit.record({ now: 0, duration: 10, health: 'failure', running: 3, queued: 9 })
    expect([limit.limit, fixed(3).maxLimit]).toEqual([3, 3])
  })

  it.each([
    [0, RangeError],
    [2.5, RangeError],
    [Infinity, RangeError],
    ['3', TypeError],
    [undefined, TypeError],
  ])('refuses %o', (limit, kind) => {
    expect(() => fixed(limit as never)).toThrow(kind)
    expect(() => fixed(limit as never)).toThrow('limit must be an integer from 1 up')
  })
})
