import type { CallNode } from './call-node.ts'
import { type Listeners, tellAll, withListener, withoutListener } from './listeners.ts'
import { wrongType } from './option-checks.ts'

/** After so many rounds of coming and going the listener stays until the microtask after the last call. */
const ROUNDS_BEFORE_LINGERING = 8

const nextMicrotask = Promise.resolve()

/** All pending calls on one signal of a user's, behind one listener, which is gone when they are. */
export class SignalHub {
  private readonly signal: AbortSignal
  private calls: Listeners<CallNode> = undefined
  private listening = false
  private lingering = false
  private rounds = 0

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  join(call: CallNode): void {
    this.calls = withListener(this.calls, call)
    if (this.listening) return
    this.signal.addEventListener('abort', this.onAbort)
    this.listening = true
    if (this.rounds < ROUNDS_BEFORE_LINGERING) this.rounds++
  }

  quit(call: CallNode): void {
    this.calls = withoutListener(this.calls, call)
    if (this.calls !== undefined) return
    if (this.rounds < ROUNDS_BEFORE_LINGERING) this.stopListening()
    else this.linger()
  }

  private readonly onAbort = (): void => {
    const { reason } = this.signal
    const calls = this.calls
    tellAll(calls, (call) => call.mark(reason, 'caller'))
    tellAll(calls, (call) => call.onAbort())
  }

  /** Adding and removing a listener costs more than a call does: a loop of calls on one signal keeps it between them. */
  private linger(): void {
    if (this.lingering) return
    this.lingering = true
    nextMicrotask.then(this.sweep)
  }

  private readonly sweep = (): void => {
    this.lingering = false
    if (this.calls === undefined) this.stopListening()
  }

  private stopListening(): void {
    if (!this.listening) return
    this.signal.removeEventListener('abort', this.onAbort)
    this.listening = false
  }
}

const hubs = new WeakMap<AbortSignal, SignalHub>()

function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null || !('aborted' in value) || !('addEventListener' in value))
    return false
  return typeof value.addEventListener === 'function'
}

export function hubOf(signal: AbortSignal): SignalHub {
  const known = hubs.get(signal)
  if (known !== undefined) return known
  if (!isSignal(signal)) return wrongType('signal', 'an AbortSignal', signal)
  const hub = new SignalHub(signal)
  hubs.set(signal, hub)
  return hub
}
