import { type Observation, seen } from '../behaviour.ts'

/** What was seen of a library that can be used in several ways: a yes if one of them shows the behaviour. */
export function bestOf(ways: Readonly<Record<string, Observation>>): Observation {
  const byNote = Map.groupBy(Object.entries(ways), ([, { note }]) => note)
  const notes = [...byNote].map(([note, same]) => `${same.map(([way]) => way).join(' and ')}: ${note}`)
  return seen(
    Object.values(ways).some(({ shows }) => shows),
    notes.join('; '),
  )
}
