import { type Events, policyEvents, wrongType } from '@holdfast/core'
import { formatRetryAfter, limitStatement, quotaExceeded, temporaryReducedCapacity } from '@holdfast/http'
import {
  jittered,
  type Limit,
  type Limiter,
  type RateLimitEvent,
  type SharedDecision,
  type SharedLimiter,
} from '@holdfast/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './answer.ts'
import { type RateLimitOptions, type ResolvedRateLimitOptions, resolveRateLimitOptions } from './rate-limit-options.ts'
import { isGone, whenOver } from './response.ts'

/** What was decided, and what is to be given back when the response is over, where slots are held. */
type Grant = Omit<SharedDecision, 'degraded'> & { readonly degraded?: boolean; release?(): unknown }

/** Asks one limiter about requests, tells its clients, and refuses. */
export class LimitGate {
  private readonly options: ResolvedRateLimitOptions
  private readonly events: Events<RateLimitEvent>
  private readonly memory: Limiter | undefined
  private readonly shared: SharedLimiter | undefined
  /** Slots are held until the response is over; what is taken at a rate is not. */
  private readonly holds: boolean
  private limits: readonly Limit[]
  private statement: ReturnType<typeof limitStatement>
  /** Another gate before it tells of its limits, too. */
  private readonly follows: boolean

  constructor(options: RateLimitOptions, follows: boolean) {
    this.follows = follows
    this.options = resolveRateLimitOptions(options)
    const { limiter, name, onEvent, headers } = this.options
    this.events = policyEvents<RateLimitEvent>('rate-limit', name, onEvent)
    if ('takeAt' in limiter) this.memory = limiter
    else this.shared = limiter
    this.holds = limiter.limits.some(({ kind }) => kind === 'concurrency')
    this.limits = limiter.limits
    this.statement = limitStatement(headers, this.limits)
  }

  /** Whether the request may go on; if not, it was answered. Throws what the user's functions throw. */
  admit(request: FastifyRequest, reply: FastifyReply): boolean | Promise<boolean> {
    const { key: keyOf, cost: costOf, skip } = this.options
    if (skip !== undefined && isSkipped(skip(request))) return true
    const key = checkKey(keyOf(request))
    const cost = costOf === undefined ? 1 : costOf(request)
    const { memory } = this
    if (memory === undefined) return this.ask(request, reply, key, cost)
    const decision = this.holds ? memory.reserve(key, cost) : memory.take(key, cost)
    return this.conclude(request, reply, key, cost, decision)
  }

  private async ask(request: FastifyRequest, reply: FastifyReply, key: string, cost: number): Promise<boolean> {
    const { shared } = this
    if (shared === undefined) return true
    const decision = await (this.holds ? shared.reserve(key, { cost }) : shared.take(key, { cost }))
    return this.conclude(request, reply, key, cost, decision)
  }

  private conclude(request: FastifyRequest, reply: FastifyReply, key: string, cost: number, decision: Grant): boolean {
    if (isGone(reply)) {
      decision.release?.()
      return false
    }
    for (const [name, value] of this.headersFor(decision)) this.tell(reply, name, value)
    if (decision.allowed) {
      if (this.holds) whenOver(reply, () => void decision.release?.())
      return true
    }
    return this.refuse(request, reply, key, cost, decision)
  }

  /** The fields of the draft are lists; of the legacy ones, which have room for one limit, the last gate's stay. */
  private tell(reply: FastifyReply, name: string, value: string): void {
    const before = this.follows && this.options.headers === 'draft-11' ? reply.getHeader(name) : undefined
    reply.header(name, before === undefined ? value : `${before}, ${value}`)
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, key: string, cost: number, decision: Grant): boolean {
    const { jitter, name, observes, random } = this.options
    const { limit, violated, degraded = false } = decision
    const retryAfter = jittered(decision.retryAfter, jitter, random)
    if (this.events.heard) {
      const told = { key, reason: 'limit', cost, limit, retryAfter, violated, degraded, observed: observes } as const
      this.events.emit({ type: 'rate-limit.refused', policy: name, ...told })
    }
    if (observes) return true
    // Where no limit is violated the client did nothing: the store could not be asked.
    const problem = violated.length === 0 ? temporaryReducedCapacity() : quotaExceeded(violated)
    sendProblem(request, reply, problem, formatRetryAfter(retryAfter))
    return false
  }

  /** A limiter may have been given other figures. */
  private headersFor(decision: Grant): ReturnType<typeof this.statement> {
    const { headers, limiter } = this.options
    if (headers === 'none') return []
    const { limits } = limiter
    if (isChanged(limits, this.limits)) {
      this.limits = limits
      this.statement = limitStatement(headers, limits)
    }
    return this.statement(decision)
  }
}

function isChanged(limits: readonly Limit[], known: readonly Limit[]): boolean {
  for (let index = 0; index < limits.length; index++) if (limits[index] !== known[index]) return true
  return false
}

/** Without one, a limiter takes from a level that all share. */
function checkKey(key: unknown): string {
  return typeof key === 'string' ? key : wrongType('what the key function returns', 'a string', key)
}

function isSkipped(answer: unknown): boolean {
  return typeof answer === 'boolean' ? answer : wrongType('what the skip function returns', 'true or false', answer)
}
