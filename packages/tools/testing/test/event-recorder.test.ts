import { channel } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { recordChannel, recordEvents } from '../src/event-recorder.ts'

type LampEvent = { readonly type: 'lamp.lit'; readonly watts: number } | { readonly type: 'lamp.broken' }
const lit = (watts: number): LampEvent => ({ type: 'lamp.lit', watts })
const broken: LampEvent = { type: 'lamp.broken' }

describe('recordEvents', () => {
  it('keeps what it is called with, in order', () => {
    const recorder = recordEvents<LampEvent>()
    expect([recorder.events, recorder.last, recorder.types()]).toEqual([[], undefined, []])
    for (const event of [lit(5), broken, lit(7)]) recorder(event)
    expect(recorder.events).toEqual([lit(5), broken, lit(7)])
    expect(recorder.types()).toEqual(['lamp.lit', 'lamp.broken', 'lamp.lit'])
    expect(recorder.last).toEqual(lit(7))
  })

  it('keeps the very objects', () => {
    const recorder = recordEvents<LampEvent>()
    recorder(broken)
    expect(recorder.last).toBe(broken)
  })

  it('gives the events of one type, with its fields', () => {
    const recorder = recordEvents<LampEvent>()
    for (const event of [lit(5), broken, lit(7)]) recorder(event)
    expect(recorder.of('lamp.lit').map(({ watts }) => watts)).toEqual([5, 7])
    expect(recorder.of('lamp.broken')).toEqual([broken])
  })

  it('starts over when it is cleared, and leaves alone what was read before', () => {
    const recorder = recordEvents<LampEvent>()
    recorder(broken)
    const { events } = recorder
    recorder.clear()
    recorder(lit(1))
    expect(recorder.types()).toEqual(['lamp.lit'])
    expect(events).toEqual([broken])
  })

  it('is a function of its own each time', () => {
    const [one, other] = [recordEvents<LampEvent>(), recordEvents<LampEvent>()]
    one(broken)
    expect(other.events).toEqual([])
  })
})

describe('recordChannel', () => {
  it('records what is published while it listens', () => {
    const lamps = channel('holdfast-test:lamp')
    lamps.publish(lit(1))
    const recorder = recordChannel<LampEvent>('holdfast-test:lamp')
    expect(lamps.hasSubscribers).toBe(true)
    lamps.publish(lit(2))
    recorder.stop()
    lamps.publish(lit(3))
    expect(recorder.events).toEqual([lit(2)])
    expect(lamps.hasSubscribers).toBe(false)
    recorder.stop()
  })

  it('stops at the end of the block that uses it', () => {
    const name = Symbol('holdfast-test:lamp')
    const kept = (() => {
      using recorder = recordChannel<LampEvent>(name)
      channel(name).publish(broken)
      return recorder
    })()
    channel(name).publish(broken)
    expect(kept.types()).toEqual(['lamp.broken'])
    expect(channel(name).hasSubscribers).toBe(false)
  })

  it('does not stop another that listens to the same channel', () => {
    using one = recordChannel<LampEvent>('holdfast-test:lamp')
    recordChannel<LampEvent>('holdfast-test:lamp').stop()
    channel('holdfast-test:lamp').publish(broken)
    expect(one.last).toBe(broken)
  })
})
