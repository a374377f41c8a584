import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Takes events, as an option `onEvent` does, and keeps them in the order in which they came. */
export interface EventRecorder<E extends { readonly type: string }> {
  (event: E): void
  /** What has come since the start or the last `clear()`. */
  readonly events: readonly E[]
  /** The newest event. */
  readonly last: E | undefined
  /** The types of all events, in order: the shortest way to say what should have happened. */
  types(): E['type'][]
  /** The events of one type. */
  of<T extends E['type']>(type: T): (E & { readonly type: T })[]
  /** Starts over. */
  clear(): void
}

/** An {@link EventRecorder} that listens to a diagnostics channel until it is stopped or disposed of. */
export interface ChannelRecorder<E extends { readonly type: string }> extends EventRecorder<E>, Disposable {
  stop(): void
}

/** Makes an {@link EventRecorder} to hand to a policy as its `onEvent`. */
export function recordEvents<E extends { readonly type: string }>(): EventRecorder<E> {
  let events: E[] = []
  function record(event: E): void {
    events.push(event)
  }
  return Object.defineProperties(record, {
    events: { get: () => events },
    last: { get: () => events.at(-1) },
    types: { value: () => events.map((event) => event.type) },
    of: { value: (type: string) => events.filter((event) => event.type === type) },
    clear: {
      value: () => {
        events = []
      },
    },
  }) as EventRecorder<E>
}

/**
 * Records what is published on a `node:diagnostics_channel`, such as `holdfast:timeout`: the events of every policy of
 * that kind in the process, also of those that somebody else has made.
 */
export function recordChannel<E extends { readonly type: string }>(name: string | symbol): ChannelRecorder<E> {
  const recorder = recordEvents<E>()
  const onMessage = (message: unknown): void => recorder(message as E)
  const stop = (): void => {
    unsubscribe(name, onMessage)
  }
  subscribe(name, onMessage)
  return Object.assign(recorder, { stop, [Symbol.dispose]: stop })
}
