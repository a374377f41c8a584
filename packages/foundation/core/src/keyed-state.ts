import { LRUCache } from 'lru-cache'
import { checkFunction, checkNumber, checkOptions } from './option-checks.ts'

export interface KeyedStateOptions<S> {
  /** How many keys are kept at most. */
  readonly maxKeys: number
  /** The state of a key that is not known, or no longer; without a key, that of the overflow. */
  create(key: string | undefined): S
  /** Whether forgetting the state would change a decision: a permit is out, a breaker is open. */
  inUse(state: S): boolean
  /** Told each time that a new key finds every entry in use, so that the overflow decides for it. */
  onOverflow?(key: string): void
}

/** A table of so many keys can be made; its room is made at once, with the first key. */
const MOST_KEYS = 16_000_000

/** Checks how many keys are kept at most. */
export function checkMaxKeys(value: number): number {
  const rule = `an integer from 1 to ${MOST_KEYS}`
  return checkNumber('maxKeys', value, rule, { min: 1, max: MOST_KEYS, integer: true })
}

/** State by key, bounded: the key that was idle for longest is forgotten first, and one in use never. */
export interface KeyedState<S> {
  /** The state of `key`, made if need be; that of the overflow when there is no room for one. */
  at(key: string): S
  /** The state of `key` if it is known. Does not count as a use. */
  peek(key: string): S | undefined
  /**
   * The state that decides for `key` as things are: its own, or that of the overflow while there is no room for one;
   * `undefined` where it would be made now. Does not count as a use.
   */
  deciding(key: string): S | undefined
  /**
   * Says that the state of `key` may be idle from now on. Whoever says it each time lets every newcomer find the room that
   * there is; without it, one among very many that were in use is found a few newcomers later.
   */
  idle(key: string): void
  /** Every known key with its state, the overflow left out. */
  entries(): IterableIterator<[string, S]>
  readonly size: number
}

/**
 * So many entries that were in use may be looked at again for each time that a state is asked for; what is not spent is
 * saved up, until it is enough to look at all. A flood of new keys then costs each of them no more than this.
 */
const LOOKS = 16

class BoundedState<S> implements KeyedState<S> {
  private readonly options: KeyedStateOptions<S>
  private made: LRUCache<string, Entry<S>> | undefined = undefined
  /** Those that were in use when it was their turn to go. */
  private readonly spared = new Map<string, Entry<S>>()
  private overflow: Entry<S> | undefined = undefined
  private looks: number

  constructor(options: KeyedStateOptions<S>) {
    this.options = options
    this.looks = checkMaxKeys(options.maxKeys)
  }

  get size(): number {
    return this.recent.size + this.spared.size
  }

  at(key: string): S {
    if (this.looks < this.options.maxKeys) this.looks += LOOKS
    const known = this.recent.get(key) ?? this.unspared(key)
    if (known !== undefined) return known.state
    if (this.size >= this.options.maxKeys && !this.makeRoom()) return this.overflowing(key)
    const state = this.options.create(key)
    this.recent.set(key, { state })
    return state
  }

  peek(key: string): S | undefined {
    return (this.recent.peek(key) ?? this.spared.get(key))?.state
  }

  deciding(key: string): S | undefined {
    const own = this.recent.peek(key) ?? this.spared.get(key)
    if (own !== undefined) return own.state
    const hasRoom = this.size < this.options.maxKeys || this.idleKey() !== undefined
    return hasRoom ? undefined : this.overflow?.state
  }

  idle(key: string): void {
    if (this.spared.size > 0) this.unspared(key)
  }

  *entries(): IterableIterator<[string, S]> {
    for (const [key, { state }] of this.recent.entries()) yield [key, state]
    for (const [key, { state }] of this.spared) yield [key, state]
  }

  private get recent(): LRUCache<string, Entry<S>> {
    this.made ??= new LRUCache({ max: this.options.maxKeys })
    return this.made
  }

  /** The entry of a key that was set aside; it goes back among the others once it is idle. */
  private unspared(key: string): Entry<S> | undefined {
    const entry = this.spared.get(key)
    if (entry === undefined || this.options.inUse(entry.state)) return entry
    this.spared.delete(key)
    this.recent.set(key, entry)
    return entry
  }

  private overflowing(key: string): S {
    this.options.onOverflow?.(key)
    this.overflow ??= { state: this.options.create(undefined) }
    return this.overflow.state
  }

  /** Forgets one idle entry. */
  private makeRoom(): boolean {
    const key = this.idleKey()
    return key !== undefined && this.recent.delete(key)
  }

  /** The idle key whose turn it is to go. Each entry in use is set aside once, so this is O(1) on the average. */
  private idleKey(): string | undefined {
    for (let key = this.oldest(); key !== undefined; key = this.oldest()) {
      const entry = this.recent.peek(key) as Entry<S>
      if (!this.options.inUse(entry.state)) return key
      this.recent.delete(key)
      this.spared.set(key, entry)
    }
    return this.idleAmongSpared()
  }

  private oldest(): string | undefined {
    for (const key of this.recent.rkeys()) return key
    return undefined
  }

  /** Looks at those that were set aside, from the longest ago: one that is idle by now goes back, the others queue up again. */
  private idleAmongSpared(): string | undefined {
    const last = Math.min(this.looks, this.spared.size)
    let looked = 0
    for (const [key, entry] of this.spared) {
      if (looked++ === last) return undefined
      this.looks--
      this.spared.delete(key)
      if (!this.options.inUse(entry.state)) {
        this.recent.set(key, entry)
        return key
      }
      this.spared.set(key, entry)
    }
    return undefined
  }
}

/** lru-cache takes objects; a state may be anything. */
interface Entry<S> {
  readonly state: S
}

export function keyedState<S>(options: KeyedStateOptions<S>): KeyedState<S> {
  const { create, inUse, onOverflow } = checkOptions('options', options)
  checkFunction('create', create)
  checkFunction('inUse', inUse)
  if (onOverflow !== undefined) checkFunction('onOverflow', onOverflow)
  return new BoundedState(options)
}
