import type { Floor, Place } from './place.ts'

type Rule = (to: Place) => boolean

const isCore: Rule = ({ floor, room }) => floor === 'foundation' && room === 'core'
const on =
  (...floors: Floor[]): Rule =>
  ({ floor }) =>
    floors.includes(floor)

const shipped: Rule = on('foundation', 'policies', 'adapters', 'umbrella')
const redisStandsOn = ['rate-limit', 'circuit-breaker']

/** Rooms that see less, or more, than their floor does. */
const rooms: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['foundation/core', () => false],
  ['adapters/redis', (to) => on('foundation')(to) || (to.floor === 'policies' && redisStandsOn.includes(to.room))],
  ['adapters/otel', isCore],
  ['tools/load', (to) => shipped(to) || (to.floor === 'tools' && to.room === 'testing')],
  ['tools/integration', () => true],
])
const ruleOf: Readonly<Record<Floor, Rule>> = {
  foundation: isCore,
  policies: on('foundation'),
  adapters: on('foundation', 'policies'),
  umbrella: on('foundation', 'policies'),
  tools: shipped,
  outside: () => true,
}

/** Whether the source of one package may import another. The table of "who may import whom", and nothing else. */
export function mayImport(from: Place, to: Place): boolean {
  const rule = rooms.get(`${from.floor}/${from.room}`) ?? ruleOf[from.floor]
  return rule(to)
}

/**
 * Whether the tests of one package may import another: what its source may, and the tools for testing. Telemetry reads events by
 * the names of their fields and imports none of those who tell them, so its tests hold it to all of them.
 */
export function mayTestWith(from: Place, to: Place): boolean {
  const isTelemetry = from.floor === 'adapters' && from.room === 'otel'
  return mayImport(from, to) || (to.floor === 'tools' && to.room === 'testing') || (isTelemetry && shipped(to))
}
