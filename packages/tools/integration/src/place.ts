/** Where in the house a package stands. Its folder says so. */
export interface Place {
  readonly floor: Floor
  /** The name of its folder: `core`, `circuit-breaker`. */
  readonly room: string
}

export type Floor = 'foundation' | 'policies' | 'adapters' | 'umbrella' | 'tools' | 'outside'

const floors: ReadonlyMap<string, Floor> = new Map([
  ['packages/foundation', 'foundation'],
  ['packages/policies', 'policies'],
  ['packages/adapters', 'adapters'],
  ['packages/tools', 'tools'],
  ['packages', 'umbrella'],
])

/** The place of a folder given from the root of the workspace. Examples and benchmarks stand outside and see everything. */
export function placeOf(folder: string): Place {
  const cut = folder.lastIndexOf('/')
  return { floor: floors.get(folder.slice(0, cut)) ?? 'outside', room: folder.slice(cut + 1) }
}
