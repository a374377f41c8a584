import type { Group } from './group.ts'
import { units } from './rows/units.ts'

/** The groups whose title holds the text, and always the units. */
export function chosen(all: readonly Group[], only: string): Group[] {
  return all.filter((group) => group === units || group.title.includes(only))
}

/** What is to be measured so that the groups can be shown: their own contenders, and those that they are compared with. */
export function needed<T>(
  groups: readonly Group[],
  all: readonly Group[],
  members: (group: Group) => Readonly<Record<string, T>> | undefined,
): Record<string, T> {
  const everything: Record<string, T> = Object.assign({}, ...all.map(members))
  const compared = groups.flatMap(({ lines }) => lines.map(({ than }) => than))
  const own = groups.flatMap((group) => Object.keys(members(group) ?? {}))
  const names = new Set([...own, ...compared])
  return Object.fromEntries(Object.entries(everything).filter(([name]) => names.has(name)))
}
