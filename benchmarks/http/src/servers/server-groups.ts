import { expressGroup } from './express.ts'
import { fastifyGroup } from './fastify.ts'
import type { ServerGroup } from './server-group.ts'

export const serverGroups: readonly ServerGroup[] = [expressGroup, fastifyGroup]

export function serverGroupNamed(name: string): ServerGroup {
  const found = serverGroups.find((group) => group.name === name)
  if (found === undefined) throw new Error(`there is no group '${name}'`)
  return found
}
