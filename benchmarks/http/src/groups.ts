import type { Group } from './group.ts'
import { fetching } from './groups/fetch.ts'

export const groups: readonly Group[] = [fetching]

export function groupNamed(name: string): Group {
  const found = groups.find((group) => group.name === name)
  if (found === undefined) throw new Error(`there is no group '${name}'`)
  return found
}
