import type { Floor, Place } from './place.ts'

/** How a published package may hold a library: the user brings a peer, a dependency comes along. */
export type Bond = 'dependencies' | 'peerDependencies'

interface Allowance {
  readonly bond: Bond
  /** A room (`adapters/redis`) or a whole floor (`policies`). */
  readonly where: readonly string[]
}

const ours: readonly Floor[] = ['foundation', 'policies', 'adapters', 'umbrella']

/** Every library that a published package may stand on, and where. What is not here is allowed nowhere. */
const allowances: ReadonlyMap<string, readonly Allowance[]> = new Map([
  ['lru-cache', [{ bond: 'dependencies', where: ours }]],
  [
    'undici',
    [
      { bond: 'peerDependencies', where: ['adapters/undici'] },
      { bond: 'dependencies', where: ['tools/load'] },
    ],
  ],
  ['ioredis', [{ bond: 'peerDependencies', where: ['adapters/redis'] }]],
  ['@opentelemetry/api', [{ bond: 'peerDependencies', where: ['adapters/otel'] }]],
  ['express', [{ bond: 'peerDependencies', where: ['adapters/express'] }]],
  // Express has no types of its own, and our declarations speak of them.
  ['@types/express', [{ bond: 'dependencies', where: ['adapters/express'] }]],
  ['fastify', [{ bond: 'peerDependencies', where: ['adapters/fastify'] }]],
  ['autocannon', [{ bond: 'dependencies', where: ['tools/load'] }]],
  ['hdr-histogram-js', [{ bond: 'dependencies', where: ['tools/load'] }]],
])

/** Whether a published package in this place may hold a third-party library by this bond. */
export function mayHold(place: Place, library: string, bond: Bond): boolean {
  const at = [place.floor, `${place.floor}/${place.room}`]
  return (allowances.get(library) ?? []).some(
    (allowed) => allowed.bond === bond && allowed.where.some((where) => at.includes(where)),
  )
}
