import type { Group } from './group.ts'
import { fetching } from './groups/fetch.ts'
import { dispatching } from './groups/undici.ts'

export const groups: readonly Group[] = [fetching, dispatching]

export function groupNamed(name: string): Group {
  const found = groups.find((group) => group.name === name)
  if (found === undefined) throw new Error(`there is no group '${name}'`)
  return found
}
