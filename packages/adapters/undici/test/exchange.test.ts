import { constant } from '@holdfast/backoff'
import { pipeline } from '@holdfast/core'
import { retry } from '@holdfast/retry'
import { manualClock } from '@holdfast/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ResilientDispatchOptions, resilientDispatch } from '../src/index.ts'
import { type Recorder, recorder, scripted, type Wire } from './scripted.ts'

const options = { origin: 'http://example.com', path: '/', method: 'GET' }
const settled = () => new Promise((resolve) => setImmediate(resolve))

function exchange(
  onRequest: (wire: Wire, index: number) => void,
  handler: Recorder,
  more: ResilientDispatchOptions = {},
) {
  let index = 0
  const { dispatch, wires } = scripted((wire) => onRequest(wire, index++))
  const clock = manualClock()
  const resilient = resilientDispatch({ clock, backoff: constant(10), breaker: false, ...more })
  resilient(dispatch)(options, handler)
  return { clock, wires }
}

function answer(wire: Wire, status: number, ...chunks: string[]): void {
  wire.start()
  wire.head(status)
  for (const chunk of chunks) wire.data(chunk)
  wire.end()
}

describe('whoever dispatches', () => {
  const resilient = resilientDispatch({
    key: ({ pathname }) => (pathname === '/wrong' ? (7 as never) : 'all'),
    limit: 1,
  })

  it('is told that those inside are busy, where they have said so', () => {
    const wire = scripted(() => {})
    const busy = resilientDispatch()((...args) => wire.dispatch(...args) && false)
    const free = resilientDispatch()(wire.dispatch)
    expect([busy(options, recorder()), free(options, recorder())]).toEqual([false, true])
  })

  it('is not told to wait for a drain that nobody inside will tell of', () => {
    const outside = resilient((_, handler) => {
      handler.onResponseError?.(undefined as never, new Error('closed'))
      return false
    })
    expect(outside(options, recorder())).toBe(true)
    expect(outside({ ...options, path: '/wrong' }, recorder())).toBe(true)
    const { dispatch, wires } = scripted(() => {})
    const busy = resilientDispatch({ limit: 1 })((...args) => dispatch(...args) && false)
    expect([busy(options, recorder()), busy(options, recorder()), wires.length]).toEqual([false, true, 1])
  })
})

describe('a handler', () => {
  it('is told of one start, one head, the data and one end, also when all of it comes at once', async () => {
    const handler = recorder()
    exchange((wire) => answer(wire, 200, 'a', 'b'), handler)
    expect(handler.told).toEqual(['start'])
    await settled()
    expect(handler.told).toEqual(['start', 'head 200', 'data a', 'data b', 'end'])
  })

  it('is told of the answer that counts, and nothing of those that were retried', async () => {
    const handler = recorder()
    const { clock, wires } = exchange((wire, index) => answer(wire, index < 2 ? 503 : 200, String(index)), handler)
    for (let i = 0; i < 3; i++) await clock.advance(10)
    expect(handler.told).toEqual(['start', 'head 200', 'data 2', 'end'])
    expect(wires.length).toBe(3)
  })

  it('is told of an error that comes between the head and the data, after the head', async () => {
    const handler = recorder()
    exchange((wire) => {
      wire.start()
      wire.head(200)
      wire.data('a')
      wire.error(new Error('cut'))
    }, handler)
    await settled()
    expect(handler.told).toEqual(['start', 'head 200', 'data a', 'error'])
  })

  it('who pauses gets nothing more of what has come until he resumes, and then all of it', async () => {
    const handler = recorder((what, controller) => {
      if (what.startsWith('data')) controller.pause()
    })
    exchange((wire) => answer(wire, 200, 'a', 'b', 'c'), handler)
    await settled()
    expect(handler.told).toEqual(['start', 'head 200', 'data a'])
    handler.controller?.resume()
    expect(handler.told).toEqual(['start', 'head 200', 'data a', 'data b'])
    handler.controller?.resume()
    expect(handler.told.slice(4)).toEqual(['data c', 'end'])
  })

  it('who pauses at the last that has come pauses the connection, and resumes it', async () => {
    const handler = recorder((what, controller) => {
      if (what === 'data a') controller.pause()
    })
    const { wires } = exchange((wire) => {
      wire.start()
      wire.head(200)
      wire.data('a')
    }, handler)
    await settled()
    expect(wires[0]?.controller.paused).toBe(true)
    handler.controller?.resume()
    expect(wires[0]?.controller.paused).toBe(false)
    wires[0]?.data('b')
    expect(handler.told.at(-1)).toBe('data b')
  })

  it('who does not hear of the head yet lets the connection wait after 64 KiB', async () => {
    const handler = recorder()
    const { wires } = exchange((wire) => {
      wire.start()
      wire.head(200)
      for (let i = 0; i < 16; i++) wire.data('x'.repeat(4_096))
      expect(wire.controller.paused).toBe(true)
    }, handler)
    await settled()
    expect([handler.told.length, wires[0]?.controller.paused]).toEqual([18, false])
  })

  it.each(['start', 'head 200', 'data a'])(
    'who throws at %s gets that as the error of the request, which is given up',
    async (when) => {
      const error = new Error('mine')
      const handler = recorder((what) => {
        if (what === when) throw error
      })
      const { wires, clock } = exchange((wire) => {
        wire.start()
        wire.head(200)
        wire.data('a')
      }, handler)
      await clock.advance(1_000)
      expect([handler.told.at(-1), handler.errors]).toEqual(['error', [error]])
      expect(wires.map(({ over }) => over)).toEqual(when === 'start' ? [] : [true])
    },
  )

  it('who throws at the end is told an error, as undici does', async () => {
    const error = new Error('mine')
    const handler = recorder((what) => {
      if (what === 'end') throw error
    })
    exchange((wire) => answer(wire, 200), handler)
    await settled()
    expect(handler.errors).toEqual([error])
  })

  it.each(['start', 'head 200', 'data a'])(
    'who aborts at %s is told so at once, and nothing after it',
    async (when) => {
      const reason = new Error('enough')
      const handler = recorder((what, controller) => {
        if (what === when) controller.abort(reason)
      })
      const { wires, clock } = exchange((wire) => answer(wire, 200, 'a', 'b'), handler)
      await clock.advance(1_000)
      expect(handler.told).toEqual([...handler.told.slice(0, handler.told.indexOf(when) + 1), 'error'])
      expect(handler.errors).toEqual([reason])
      expect([handler.controller?.aborted, handler.controller?.reason]).toEqual([true, reason])
      expect(wires.length).toBe(when === 'start' ? 0 : 1)
    },
  )

  it('who aborts without a reason is given undici’s', () => {
    const handler = recorder()
    exchange((wire) => wire.start(), handler)
    handler.controller?.abort(undefined as never)
    expect(handler.errors).toMatchObject([{ name: 'AbortError', code: 'UND_ERR_ABORTED' }])
  })

  it('who aborts before there is a connection sends nothing when there is one', async () => {
    const handler = recorder()
    const { wires } = exchange(() => {}, handler)
    handler.controller?.abort(new Error('enough'))
    expect(handler.told).toEqual(['start', 'error'])
    wires[0]?.start()
    expect(wires[0]?.over).toBe(true)
    await settled()
    expect(handler.told).toEqual(['start', 'error'])
  })

  it('is told of a context that comes from inside', () => {
    const contexts: unknown[] = []
    const handler = { ...recorder(), onRequestStart: (_: unknown, context: unknown) => void contexts.push(context) }
    exchange((wire) => wire.start({ history: [] }), handler)
    expect(contexts).toEqual([null, { history: [] }])
  })

  it('is told of what was sent, and that the response has begun, where it wants to hear that', () => {
    const told: unknown[] = []
    const handler = {
      ...recorder(),
      onBodySent: (chunk: Buffer) => void told.push(String(chunk)),
      onRequestSent: () => void told.push('sent'),
      onResponseStarted: () => void told.push('started'),
    }
    resilientDispatch()((_, inner) => {
      inner.onBodySent?.(Buffer.from('body'))
      inner.onRequestSent?.()
      inner.onResponseStarted?.()
      return true
    })(options, handler)
    expect(told).toEqual(['body', 'sent', 'started'])
  })
})

describe('a connection', () => {
  it.each([
    ['runs out when it is short', 0, (wire: Wire) => wire.end(), false],
    ['is cut off when it takes longer than 100 ms', 101, () => {}, true],
    ['is cut off when it is long', 0, (wire: Wire) => wire.data('x'.repeat(70_000)), true],
  ])('with a body that nobody gets %s', async (_, wait, then, cut) => {
    const handler = recorder()
    const { clock, wires } = exchange(
      (wire, index) => {
        wire.start()
        wire.head(index === 0 ? 503 : 200)
        if (index > 0) wire.end()
      },
      handler,
      { backoff: constant(1_000) },
    )
    await clock.advance(1)
    expect(wires[0]?.over).toBe(false)
    if (wires[0] !== undefined) then(wires[0])
    await clock.advance(wait)
    expect([wires[0]?.over, wires[0]?.controller.aborted]).toEqual([true, cut])
    await clock.advance(1_000)
    expect(handler.told).toEqual(['start', 'head 200', 'end'])
  })

  it('with a response that a policy of your own has dropped is free once another is taken', async () => {
    const clock = manualClock()
    const { dispatch, wires } = scripted((wire) => {
      wire.start()
      wire.head(wires.length === 1 ? 503 : 200)
    })
    const handler = recorder()
    const policy = pipeline(retry({ backoff: constant(10), clock }))
    resilientDispatch({ policy, clock })(dispatch)(options, handler)
    await clock.advance(10)
    expect(handler.told).toEqual(['start', 'head 200'])
    await clock.advance(101)
    expect(wires.map(({ over }) => over)).toEqual([true, false])
  })

  it('with a body that says it is long is cut off at once', async () => {
    const { clock, wires } = exchange((wire) => {
      wire.start()
      wire.head(503, { 'content-length': '1000000' })
    }, recorder())
    await clock.advance(1)
    expect(wires[0]?.controller.aborted).toBe(true)
  })
})

describe('a dispatcher that does not keep to the rules', () => {
  it('throws: that is the error of an attempt', async () => {
    const error = new Error('thrown')
    const handler = recorder()
    const { clock } = exchange(() => {
      throw error
    }, handler)
    for (let i = 0; i < 3; i++) await clock.advance(10)
    expect(handler.errors).toEqual([error])
  })

  it('says more after the end: nobody hears it', async () => {
    const handler = recorder()
    let inner: Parameters<ReturnType<ReturnType<typeof resilientDispatch>>>[1] | undefined
    resilientDispatch()((_, given) => {
      inner = given
      return true
    })(options, handler)
    const { controller } = scriptedController()
    inner?.onRequestStart?.(controller, null)
    inner?.onResponseStart?.(controller, 200, {}, '')
    inner?.onResponseEnd?.(controller, {})
    inner?.onResponseError?.(controller, new Error('late'))
    inner?.onResponseEnd?.(controller, {})
    inner?.onResponseStart?.(controller, 200, {}, '')
    await settled()
    expect(handler.told).toEqual(['start', 'head 200', 'end'])
  })

  it('keeps silent when it is aborted: its handler is told all the same', async () => {
    const handler = recorder()
    resilientDispatch()((_, inner) => {
      inner.onRequestStart?.(scriptedController().controller, null)
      return true
    })(options, handler)
    handler.controller?.abort(new Error('enough'))
    expect(handler.told).toEqual(['start', 'error'])
  })

  it.each([undefined, null, 'text', {}])('is given %s for a handler: undici says what it is', (handler) => {
    const given: unknown[] = []
    const dispatch = resilientDispatch()((...args) => given.push(args) > 0)
    dispatch(options, handler as never)
    expect(given).toEqual([[options, handler]])
  })
})

type Step = 'start' | 'head' | 'bad' | 'data' | 'end' | 'error' | 'abort' | 'pause' | 'resume' | 'wait' | 'turn'
const steps: Step[] = ['start', 'head', 'bad', 'data', 'end', 'error', 'abort', 'pause', 'resume', 'wait', 'turn']

it('whatever comes in whatever order, a handler is told one start, at most one head, and at most one end', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...steps), { maxLength: 30 }), async (script) => {
      const handler = recorder()
      const more = { timeout: 200, attemptTimeout: 50 }
      const { clock, wires } = exchange(() => {}, handler, more)
      for (const step of script) {
        const wire = wires.at(-1)
        if (step === 'start') wire?.start()
        else if (step === 'head') wire?.head(200)
        else if (step === 'bad') wire?.head(503)
        else if (step === 'data') wire?.data('x')
        else if (step === 'end') wire?.end()
        else if (step === 'error') wire?.error(new Error('wire'))
        else if (step === 'abort') handler.controller?.abort(new Error('enough'))
        else if (step === 'pause') handler.controller?.pause()
        else if (step === 'resume') handler.controller?.resume()
        else if (step === 'wait') await clock.advance(20)
        else await settled()
      }
      handler.controller?.resume()
      await clock.advance(1_000)
      for (const wire of wires) if (!wire.over) wire.start()
      const { told } = handler
      const heads = told.filter((what) => what.startsWith('head'))
      const ends = told.filter((what) => what === 'end' || what === 'error')
      expect(told[0]).toBe('start')
      expect(told.filter((what) => what === 'start').length).toBe(1)
      expect(heads.length).toBeLessThanOrEqual(1)
      expect(ends.length).toBe(1)
      expect(['end', 'error']).toContain(told.at(-1))
      if (told.some((what) => what.startsWith('data'))) expect(told[1]).toMatch(/^head/)
      for (const wire of wires) expect(wire.over).toBe(true)
    }),
    { numRuns: 300 },
  )
})

function scriptedController() {
  const { dispatch, wires } = scripted(() => {})
  dispatch(options, {})
  const controller = wires[0]?.controller
  if (controller === undefined) throw new Error('no wire')
  return { controller }
}
