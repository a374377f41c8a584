import { type KeyedState, keyedState } from '@holdfast/core'
import { Circuit, type CircuitOwner } from './circuit.ts'

/** The circuits of a policy: one for the calls without a key, one for each key, and one for all keys that find no room. */
export class Circuits {
  private readonly owner: CircuitOwner
  private readonly keyless: Circuit
  private readonly keyed: KeyedState<Circuit>
  private overflow: Circuit | undefined = undefined
  /** Those that were isolated while there was no room for them. */
  private readonly apart = new Map<string, Circuit>()

  constructor(owner: CircuitOwner, maxKeys: number) {
    this.owner = owner
    this.keyless = new Circuit(owner, undefined)
    this.keyed = keyedState({
      maxKeys,
      create: (key) => this.create(key),
      inUse: (circuit) => circuit.inUse,
      onOverflow: (key) => {
        const { name, events } = owner
        if (events.heard) events.emit({ type: 'circuit.overflowed', policy: name, key, maxKeys })
      },
    })
  }

  /** The circuit that decides for `key`. */
  at(key: string | undefined): Circuit {
    if (key === undefined) return this.keyless
    return this.apart.size === 0 ? this.keyed.at(key) : (this.apart.get(key) ?? this.keyed.at(key))
  }

  /** The circuit that decides for `key` as things are; `undefined` where one would be made. */
  deciding(key: string | undefined): Circuit | undefined {
    return key === undefined ? this.keyless : (this.apart.get(key) ?? this.keyed.deciding(key))
  }

  /** Closes the circuit that decides for `key`, or will once its isolation is released. */
  close(key: string | undefined): void {
    const circuit = key === undefined ? this.keyless : this.keyed.deciding(key)
    circuit?.close()
  }

  /** Isolates `key`, which never means the keys that share the overflow. */
  isolate(key: string | undefined): Disposable {
    const circuit = this.at(key)
    if (circuit !== this.overflow || key === undefined) return circuit.isolate()
    const own = new Circuit(this.owner, key, () => {
      if (!own.inUse) this.apart.delete(key)
    })
    this.apart.set(key, own)
    return own.isolate()
  }

  /** Every circuit there is. */
  *all(): Generator<Circuit> {
    yield this.keyless
    for (const [, circuit] of this.keyed.entries()) yield circuit
    if (this.overflow !== undefined) yield this.overflow
    yield* this.apart.values()
  }

  private create(key: string | undefined): Circuit {
    if (key !== undefined) return new Circuit(this.owner, key, () => this.keyed.idle(key))
    this.overflow = new Circuit(this.owner, undefined)
    return this.overflow
  }
}
