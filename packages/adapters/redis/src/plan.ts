import { checkNames, type Limit } from '@holdfast/rate-limit'
import { type Figure, figureOf } from './figure.ts'
import { Place, piece } from './place.ts'

/** Limits whose levels lie in one slot and are decided by one script. */
export interface Group {
  readonly limits: readonly Limit[]
  readonly figures: readonly Figure[]
  readonly places: readonly Place[]
}

/** Where the levels of limits that decide together are, and in which order they are asked. */
export class Plan {
  /** More than one only in a Cluster: the limits of the key, and then those that all keys share, each by itself. */
  readonly groups: readonly Group[]

  constructor(prefix: string, limits: readonly Limit[], isCluster: boolean) {
    const parts = checkNames(limits).map((limit) => ({
      limit,
      figure: figureOf(limit),
      place: new Place(prefix, limit),
    }))
    const own = parts.filter(({ place }) => !place.isGlobal)
    const global = parts.filter(({ place }) => place.isGlobal)
    const groups = isCluster ? [own, ...global.map((part) => [part])] : [parts]
    this.groups = groups
      .filter((group) => group.length > 0)
      .map((group) => ({
        limits: group.map(({ limit }) => limit),
        figures: group.map(({ figure }) => figure),
        places: group.map(({ place }) => place),
      }))
  }
}

/** The Redis keys of a group's levels. */
export function keysOf(group: Group, key: string): string[] {
  const own = piece(key)
  return group.places.map((place) => place.of(own))
}
