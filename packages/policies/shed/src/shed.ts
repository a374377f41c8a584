import { definePolicy, type Observable, observable, observing, type Policy, policyEvents } from '@holdfast/core'
import { Door } from './door.ts'
import type { ShedEvent, ShedFigures } from './events.ts'
import { changedSettings, resolveOptions, type ShedOptions, type ShedUpdateOptions } from './options.ts'
import { Teller } from './teller.ts'

/** How a process that sheds load is doing. */
export interface ShedSnapshot extends ShedFigures {
  /** Whether calls are refused because the event loop is late. */
  readonly shedding: boolean
}

/** A policy that refuses what the process cannot do in time. */
export interface ShedPolicy extends Policy, Observable {
  /** How it is doing now. */
  snapshot(): ShedSnapshot
  /** Changes options. Calls that run and wait stay, and so does what is known of the loop. */
  update(changes: ShedUpdateOptions): void
}

/**
 * Refuses calls with an `OverloadError`, before they cost anything, when the process has too much to do: its event loop is
 * late, as many run as may, or they wait for too long. `background` goes first, `critical` last.
 */
export function shed(options: ShedOptions = {}): ShedPolicy {
  const { settings: initial, name, onEvent, clock, random } = resolveOptions(options)
  const events = policyEvents<ShedEvent>('shed', name, onEvent)
  const door = new Door(initial, new Teller(name, events, random), clock, random)
  let settings = initial

  const snapshot = (): ShedSnapshot => ({ shedding: door.sheds, ...door.figuresAt(clock.now()) })

  return observable({
    ...definePolicy({
      kind: 'shed',
      name,
      clock,
      layer: (inner) => (call, operation, sink) => door.receive(inner, call, operation, sink),
      options: () => ({ ...settings, onEvent }),
    }),
    snapshot,
    update(changes) {
      const changed = changedSettings(settings, changes)
      door.adopt(changed)
      settings = changed
    },
    [observing](tell) {
      tell({ kind: 'shed', policy: name, state: snapshot() })
    },
  })
}
