// Measures one group in a process of its own, and tells its parent the CPU time of each batch, in µs a request.
import type { Contender } from './group.ts'
import { groupNamed } from './groups.ts'

const WARM_UP = 4_000
const BATCH = 300
const ROUNDS = 40
const AT_ONCE = 10

const [name = '', url = ''] = process.argv.slice(2)
const contenders = Object.entries(groupNamed(name).contenders)

async function requests(contender: Contender, count: number): Promise<void> {
  let made = 0
  const worker = async (): Promise<void> => {
    while (made++ < count) await contender(url)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function batch(contender: Contender): Promise<number> {
  const before = process.cpuUsage()
  await requests(contender, BATCH)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / BATCH
}

for (const [, contender] of contenders) await requests(contender, WARM_UP)
const rounds: Record<string, number>[] = []
for (let round = 0; round < ROUNDS; round++) {
  const found: Record<string, number> = {}
  const order = contenders.map((entry) => ({ entry, at: Math.random() })).toSorted((a, b) => a.at - b.at)
  for (const { entry } of order) found[entry[0]] = await batch(entry[1])
  rounds.push(found)
}
process.send?.(rounds, () => process.exit())
