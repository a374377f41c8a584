import { type KeyedState, keyedState } from '@holdfast/core'
import { Compartment, type Home } from './compartment.ts'
import { Room, type Shared } from './room.ts'
import { Teller } from './teller.ts'

/**
 * The compartments of a bulkhead: one for the calls without a key, one for each key, and, while there is no room for more
 * keys, one for each newcomer in a room that they share. A newcomer stays there for as long as it has anything in it: a key
 * never runs in two rooms at once.
 */
export class Compartments {
  /** For the calls without a key. */
  readonly common: Compartment
  private readonly shared: Shared
  private readonly keyed: KeyedState<Compartment>
  private overflow: Compartment | undefined = undefined
  /** The keys that have something in the room of the overflow. */
  private readonly guests = new Map<string, Compartment>()
  private readonly ownHome: Home = {
    occupied() {},
    vacated: ({ key = '' }) => this.keyed.idle(key),
  }
  private readonly guestHome: Home = {
    occupied: (guest) => void this.guests.set(guest.key ?? '', guest),
    vacated: ({ key = '' }) => void this.guests.delete(key),
  }

  constructor(shared: Shared, maxKeys: number) {
    this.shared = shared
    this.common = this.withRoom(undefined)
    this.keyed = keyedState<Compartment>({
      maxKeys,
      create: (key) => this.create(key),
      inUse: ({ inUse }) => inUse,
      onOverflow(key) {
        const { name, events } = shared
        if (events.heard) events.emit({ type: 'bulkhead.overflowed', policy: name, key, maxKeys })
      },
    })
  }

  /** The compartment for the calls of `key`. */
  at(key: string | undefined): Compartment {
    if (key === undefined) return this.common
    const guest = this.guests.get(key)
    if (guest !== undefined) return guest
    const found = this.keyed.at(key)
    if (found !== this.overflow) return found
    // Who is told of the overflow may have made a call of this key.
    return this.guests.get(key) ?? new Compartment(this.shared, key, this.teller(key), found.room, this.guestHome)
  }

  /** The compartment in which `key` has something, or had. */
  peek(key: string | undefined): Compartment | undefined {
    return key === undefined ? this.common : (this.guests.get(key) ?? this.keyed.peek(key))
  }

  /** The room that the next call of `key` would find as things are; `undefined` where it would be a new one. */
  roomFor(key: string | undefined): Room | undefined {
    if (key === undefined) return this.common.room
    return (this.guests.get(key) ?? this.keyed.deciding(key))?.room
  }

  /** Every room there is, with the key that it is kept for, if it is one's own. */
  *kept(): Generator<[key: string | undefined, room: Room]> {
    yield [undefined, this.common.room]
    if (this.overflow !== undefined) yield [undefined, this.overflow.room]
    for (const [key, { room }] of this.keyed.entries()) yield [key, room]
  }

  /** Every room there is. */
  rooms(): Room[] {
    return Array.from(this.kept(), ([, room]) => room)
  }

  private create(key: string | undefined): Compartment {
    if (key !== undefined) return this.withRoom(key, this.ownHome)
    this.overflow = this.withRoom(undefined)
    return this.overflow
  }

  private withRoom(key: string | undefined, home?: Home): Compartment {
    const teller = this.teller(key)
    return new Compartment(this.shared, key, teller, new Room(this.shared, teller), home)
  }

  private teller(key: string | undefined): Teller {
    return new Teller(this.shared.name, key, this.shared.events)
  }
}
