import { checkNames, type Limit } from '@holdfast/rate-limit'
import { checkSpan } from './check-span.ts'
import { type Figure, figureOf } from './figure.ts'
import { Place, piece } from './place.ts'

/** A limit, as the scripts are told it, and where its levels are. */
interface Part {
  readonly limit: Limit
  readonly figure: Figure
  readonly place: Place
}

/** Limits whose levels lie in one slot and are decided by one script. */
export class Group {
  readonly limits: readonly Limit[]
  readonly figures: readonly Figure[]
  readonly places: readonly Place[]
  /** The key that was asked for last is often asked for next. */
  private lastKey: string | undefined
  private lastKeys: readonly string[] = []

  constructor(parts: readonly Part[]) {
    this.limits = parts.map(({ limit }) => limit)
    this.figures = parts.map(({ figure }) => figure)
    this.places = parts.map(({ place }) => place)
  }

  /** The Redis keys of its levels for `key`. */
  keysOf(key: string): readonly string[] {
    if (key === this.lastKey) return this.lastKeys
    const own = piece(key)
    this.lastKeys = this.places.map((place) => place.of(own))
    this.lastKey = key
    return this.lastKeys
  }

  /** The same without some of its limits. */
  without(isOut: (limit: Limit) => boolean): Group {
    const parts = this.limits.map((limit, i) => ({
      limit,
      figure: this.figures[i] as Figure,
      place: this.places[i] as Place,
    }))
    return new Group(parts.filter(({ limit }) => !isOut(limit)))
  }
}

/** Where the levels of limits that decide together are, and in which order they are asked. */
export class Plan {
  /** More than one only in a Cluster: the limits of the key, and then those that all keys share, each by itself. */
  readonly groups: readonly Group[]

  constructor(prefix: string, limits: readonly Limit[], isCluster: boolean) {
    for (const limit of checkNames(limits)) checkSpan(limit)
    const parts = limits.map((limit) => ({
      limit,
      figure: figureOf(limit),
      place: new Place(prefix, limit),
    }))
    const own = parts.filter(({ place }) => !place.isGlobal)
    const global = parts.filter(({ place }) => place.isGlobal)
    const groups = isCluster ? [own, ...global.map((part) => [part])] : [parts]
    this.groups = groups.filter((group) => group.length > 0).map((group) => new Group(group))
  }
}

/** A request for what limits decide together. */
export interface Demand {
  readonly plan: Plan
  readonly key: string
  readonly cost: number
  /** Where a limit is a concurrency. */
  readonly lease: string | undefined
}
