import { Redis } from 'ioredis'
import { type Cell, type Finding, type ManyKeys, type Order, subjects } from './cell.ts'
import { type Decide, decidersOf, fleeting } from './deciders.ts'

// One process of clients. It measures what it is told, one thing after another.

const client = new Redis({
  port: Number(process.argv[2]),
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
})
await new Promise<void>((resolve) => client.once('ready', () => resolve()))
const deciders = decidersOf(client)
for (const subject of subjects) await lanes(deciders[subject], 64, 150, nextKey(100))
process.on('message', async (order: Order) => {
  process.send?.(order.type === 'measure' ? await measure(order.cell, order.duration) : await manyKeys(order))
})
process.on('disconnect', () => client.disconnect())
process.send?.('ready')

async function measure({ subject, keys, inFlight }: Cell, duration: number): Promise<Finding> {
  return accounted(() => lanes(deciders[subject], inFlight, duration, nextKey(keys)))
}

async function manyKeys({ keys, inFlight }: Extract<Order, { type: 'many-keys' }>): Promise<ManyKeys> {
  const decide = fleeting(client)
  const before = process.memoryUsage().heapUsed
  let next = 0
  const finding = await accounted(async () => {
    const lane = async (): Promise<void> => {
      while (next < keys) await decide(`fleeting ${next++}`)
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    return keys
  })
  globalThis.gc?.()
  return { ...finding, heap: (process.memoryUsage().heapUsed - before) / 1e6 }
}

async function accounted(work: () => Promise<number>): Promise<Finding> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const decisions = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { decisions, cpu: (user + system) / 1_000, wall: performance.now() - start }
}

/** So many requests at a time, until the time is over. How many there were. */
async function lanes(decide: Decide, inFlight: number, duration: number, key: () => string): Promise<number> {
  const end = performance.now() + duration
  let decisions = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await decide(key())
      decisions++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return decisions
}

/** Every key in turn, by a stride, so that requests at a time are for different ones. */
function nextKey(keys: number): () => string {
  let at = 0
  return () => {
    at = (at + 7_919) % keys
    return `key-${at}`
  }
}
