import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { recordChannel, recordEvents } from '@holdfast/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type EventListener, type PolicyEvent, policyEvents } from '../src/index.ts'
import { thrownBy } from './watched.ts'

interface LampEvent extends PolicyEvent {
  readonly type: 'lamp.lit'
  readonly watts: number
}

const lit: LampEvent = { type: 'lamp.lit', policy: 'desk', watts: 5 }

/** The warnings that come until the next turn of the loop. */
async function warningsOf(fn: () => void): Promise<(Error & { code?: string })[]> {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  fn()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  process.off('warning', onWarning)
  return warnings
}

describe('the events of a policy', () => {
  it('are heard by nobody until somebody listens', () => {
    const events = policyEvents<LampEvent>('lamp-quiet', 'desk', undefined)
    expect(events.heard).toBe(false)
    events.emit(lit)
    const listener = (): void => {}
    subscribe('holdfast:lamp-quiet', listener)
    onTestFinished(() => void unsubscribe('holdfast:lamp-quiet', listener))
    expect(events.heard).toBe(true)
    unsubscribe('holdfast:lamp-quiet', listener)
    expect(events.heard).toBe(false)
    expect(policyEvents<LampEvent>('lamp-quiet', 'desk', () => {}).heard).toBe(true)
  })

  it('go to the listener and to the channel, as one object', () => {
    const recorder = recordEvents<LampEvent>()
    using recorded = recordChannel<LampEvent>('holdfast:lamp-both')
    policyEvents<LampEvent>('lamp-both', 'desk', recorder).emit(lit)
    expect(recorder.events[0]).toBe(lit)
    expect(recorded.events[0]).toBe(lit)
    expect([recorder.events.length, recorded.events.length]).toEqual([1, 1])
  })

  it('go to the channel of their kind alone, whoever tells them', () => {
    using recorded = recordChannel<LampEvent>('holdfast:lamp-many')
    using other = recordChannel<LampEvent>('holdfast:lamp-other')
    policyEvents<LampEvent>('lamp-many', 'desk', undefined).emit(lit)
    policyEvents<LampEvent>('lamp-many', 'floor', undefined).emit({ ...lit, policy: 'floor' })
    expect(recorded.events.map(({ policy }) => policy)).toEqual(['desk', 'floor'])
    expect(other.events).toEqual([])
    expect(channel('holdfast:lamp-many').hasSubscribers).toBe(true)
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the lamp broke')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('the lamp broke'))],
    [
      'throws undefined',
      () => {
        throw undefined
      },
    ],
    [
      'returns a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what is under test
        then: () => {
          throw new Error('the lamp broke')
        },
      }),
    ],
    [
      'throws what cannot even be shown',
      () => {
        throw {
          [Symbol.for('nodejs.util.inspect.custom')]: () => {
            throw new Error('not to be shown')
          },
        }
      },
    ],
    [
      'rejects with what cannot even be shown',
      () =>
        Promise.reject({
          [Symbol.for('nodejs.util.inspect.custom')]: () => {
            throw new Error('not to be shown')
          },
        }),
    ],
  ])('change nothing when their listener %s; that is reported once', async (_, listener) => {
    using recorded = recordChannel<LampEvent>('holdfast:lamp-broken')
    const events = policyEvents<LampEvent>('lamp-broken', 'desk', listener)
    const warnings = await warningsOf(() => {
      for (let n = 0; n < 3; n++) events.emit(lit)
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatchObject({ name: 'HoldfastWarning', code: 'HOLDFAST_LISTENER' })
    expect(warnings[0]?.message).toContain("onEvent of 'desk'")
    expect(recorded.events).toHaveLength(3)
  })

  it('report the listeners of two policies each', async () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    const both = ['desk', 'floor'].map((name) => policyEvents<LampEvent>('lamp-two', name, broken))
    const warnings = await warningsOf(() => {
      for (const events of both) events.emit(lit)
    })
    expect(warnings.map(({ message }) => /of '(\w+)'/.exec(message)?.[1])).toEqual(['desk', 'floor'])
  })

  it.each<[unknown, string]>([
    [null, 'null'],
    [5, '5'],
    [0, '0'],
    [false, 'false'],
    ['', "''"],
    ['log', "'log'"],
    [{}, '{}'],
  ])('have a listener that is a function: not %o', (listener, shown) => {
    const error = thrownBy(() => policyEvents<LampEvent>('lamp', 'desk', listener as EventListener<LampEvent>))
    expect(String(error)).toBe(`TypeError: onEvent must be a function, got ${shown}`)
  })
})
