import type { CircuitBreakerPolicy } from '@holdfast/circuit-breaker'
import { definePolicy, nodeOf, type Policy } from '@holdfast/core'
import { keyPrefixOf, nodeOfSlot, Readiness, type RedisClient } from './client.ts'
import type { Health } from './health.ts'
import type { Script } from './script.ts'
import { slotOf } from './slot.ts'
import { isNoScript } from './trouble.ts'

/** One call to the server. */
export interface Job<T> {
  readonly slot: number
  /** How many decisions depend on it. */
  readonly decisions: number
  /**
   * Whether it goes out while the breaker is open, too: a renewal that waits for a probe comes too late, and what was charged in vain
   * stays charged. There are no more of them than there were decisions.
   */
  readonly isDue: boolean
  /** Gives the command to the client. */
  send(client: RedisClient): Promise<unknown>
  /** Makes sense of the reply, or throws. */
  read(reply: unknown): T
  /** Whether that charged anything. */
  charged(result: T): boolean
  /** Told what came after the time was out. */
  late(result: T): void
}

/** The way to Redis: with a deadline of its own for each call, a breaker around, and nothing ever sent twice. */
export class Link {
  private readonly client: RedisClient
  private readonly breaker: CircuitBreakerPolicy
  /** The deadline without the breaker. */
  private readonly direct: Policy
  private readonly timeout: number
  private readonly health: Health
  private readonly readiness: Readiness
  private readonly keyPrefix: string

  constructor(client: RedisClient, breaker: CircuitBreakerPolicy, timeout: number, health: Health) {
    this.client = client
    this.breaker = breaker
    this.direct = definePolicy({ kind: 'redis', name: breaker.name, clock: breaker.clock, layer: (inner) => inner })
    this.timeout = timeout
    this.health = health
    this.readiness = new Readiness(client)
    this.keyPrefix = keyPrefixOf(client)
  }

  get isCluster(): boolean {
    return this.client.isCluster
  }

  /** What goes to one slot goes out together; without a Cluster all does. */
  slotOf(key: string): number {
    return this.client.isCluster ? slotOf(this.keyPrefix + key) : 0
  }

  async run<T>(job: Job<T>): Promise<T> {
    const key = this.client.isCluster ? nodeOfSlot(this.client, job.slot) : undefined
    try {
      const result = await (job.isDue ? this.direct : this.breaker).execute(
        (call) =>
          new Promise<T>((resolve, reject) => {
            let wanted = true
            nodeOf(call).listen({
              onAbort(reason) {
                wanted = false
                reject(reason)
              },
            })
            const answered = (reply: unknown): void => {
              const read = job.read(reply)
              if (wanted) resolve(read)
              else job.late(read)
            }
            this.send(job, () => wanted)
              .then(answered)
              .catch(reject)
          }),
        { timeout: this.timeout, parent: null, key },
      )
      // What was under way when the breaker opened is no recovery: the next decision is made without Redis again.
      if (!job.isDue && this.health.isDegraded && this.breaker.state(key) === 'closed') {
        this.health.answered(key, job.charged(result))
      }
      return result
    } catch (error) {
      this.health.failed(key, error, job.isDue ? undefined : job.decisions)
      throw error
    }
  }

  /** Only a client that is ready is given a command: it would keep one for later. */
  private async send<T>(job: Job<T>, isWanted: () => boolean): Promise<unknown> {
    const coming = this.readiness.wait(job.slot)
    if (coming !== undefined) {
      await coming
      if (!isWanted()) throw new Error('the Redis client was ready too late')
    }
    return job.send(this.client)
  }
}

/** Runs a script by its digest. A server that does not know it has done nothing, and gets the whole script, once. */
export async function runScript(
  client: RedisClient,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.call('EVALSHA', [script.sha, keys.length, ...keys, ...args])
  } catch (error) {
    if (!isNoScript(error)) throw error
    return client.call('EVAL', [script.source, keys.length, ...keys, ...args])
  }
}
