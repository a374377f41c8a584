import { parseArgs } from 'node:util'
import { arms, call } from './arms.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    batch: { type: 'string', default: '20000' },
    check: { type: 'boolean' },
  },
})
const rounds = Number(values.rounds)
const batch = Number(values.batch)

/** CPU of the whole process, collections on other threads included. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1_000
}

/** Nanoseconds of CPU for each call. */
async function measured(times: number): Promise<number> {
  const before = cpu()
  for (let n = 0; n < times; n++) await call()
  return (cpu() - before) / times
}

const found = new Map(Object.keys(arms).map((name) => [name, [] as number[]]))
for (let round = -2; round < rounds; round++) {
  for (const [name, arm] of Object.entries(arms)) {
    using _arm = arm()
    await measured(batch / 10)
    const ns = await measured(batch)
    if (round >= 0) found.get(name)?.push(ns)
  }
}

const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN
const bare = found.get('not instrumented') ?? []
/** What a call more costs; compared round by round, because a shared machine changes its speed. */
const added = (figures: readonly number[]): number =>
  median(figures.map((ns, round) => ns - (bare[round] ?? Number.NaN)))

for (const [name, figures] of found) {
  console.log(
    `${name.padEnd(32)} ${median(figures).toFixed(0).padStart(6)} ns CPU a call ${added(figures).toFixed(0).padStart(6)} ns added`,
  )
}
console.log()
for (const name of ['instrumented', 'instrumented, durationProducer']) {
  const ours = added(found.get(name) ?? [])
  const passed = ours <= 1_000
  console.log(`${name}: ≤ 1000 ns added, found ${ours.toFixed(0)}: ${passed ? 'pass' : 'MISS'}`)
  if (values.check && !passed) process.exitCode = 1
}
