import {
  type Call,
  type CallNode,
  defaultClassify,
  isRefusedError,
  isResilienceError,
  type Outcome,
  runInCall,
  type Verdict,
} from '@holdfast/core'
import { ClientGoneError, judgeStatus, type Problem, plainProblem, problemOfError } from '@holdfast/http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerAtOnce, sendProblem } from './answer.ts'
import { type RequestExchange, setExchange } from './exchange-of.ts'
import type { Plan } from './plan.ts'
import { breakOff, isGone, isServed, whenOver } from './response.ts'

type Done = (error?: Error) => void

/** For whoever ran out of time before the handler began. */
const NEVER_BEGAN = plainProblem(503, 'Service Unavailable')

/**
 * One request under policies: it is their operation, from the moment it is let in until its response is out or its client has gone.
 *
 * Two may want to answer, the handler and the deadline, and the first does. Whatever comes second is dropped without a word.
 */
export class Exchange implements RequestExchange {
  node: CallNode | undefined = undefined
  time: number = Infinity
  private readonly request: FastifyRequest
  private readonly reply: FastifyReply
  private readonly plan: Plan
  private readonly over = Promise.withResolvers<number>()
  /** The call around what comes next. */
  private call: Call | undefined = undefined
  private began = false
  private answer: 'none' | 'theirs' | 'ours' = 'none'
  private payload: unknown = undefined
  private gone = false

  constructor(request: FastifyRequest, reply: FastifyReply, plan: Plan) {
    this.request = request
    this.reply = reply
    this.plan = plan
    this.over.promise.catch(() => {})
    setExchange(request, this)
    if (plan.deadline !== undefined) this.watchAnswer()
    whenOver(reply, () => this.end())
  }

  /** Lets the request in, past the deadline and the shed; `done` goes on with it. */
  enter(done: Done): void {
    const { entry, deadline, shedding } = this.plan
    const { request } = this
    if (this.gone) return
    this.time = deadline?.leftTo(request) ?? Infinity
    if (this.time === 0) {
      this.say(NEVER_BEGAN)
      return
    }
    let entered = false
    const priority = shedding?.priority(request)
    const key = request.routeOptions.url
    entry
      .execute(
        (call) => {
          entered = true
          this.goOn(call, done)
          return this.over.promise
        },
        { parent: null, context: request, classify: classifyStatus, priority, key },
      )
      .catch((error: Error) => (entered ? this.cut(error) : this.turnAway(error, done)))
  }

  begin(done: Done): void {
    const { compartment } = this.plan
    if (this.isDone()) return
    if (compartment === undefined) {
      this.began = true
      this.goOn(this.call, done)
      return
    }
    let entered = false
    const { request, call } = this
    compartment.policy
      .execute(
        (inside) => {
          entered = true
          this.began = true
          this.goOn(inside, done)
          return this.over.promise
        },
        { parent: call ?? null, context: request, classify: classifyStatus, key: compartment.key(request) },
      )
      .catch((error: Error) => {
        // Aborted from around: whoever did that answers, or nobody is there to be answered.
        if (!entered && error !== this.node?.reason) this.turnAway(error, done)
      })
  }

  isMoot(error: unknown): boolean {
    return this.isDone() && (error === this.node?.reason || (error instanceof Error && error.name === 'AbortError'))
  }

  private isDone(): boolean {
    return this.gone || this.answer === 'ours'
  }

  private goOn(call: Call | undefined, done: Done): void {
    this.call = call
    if (call === undefined || this.plan.deadline === undefined) done()
    else runInCall(call, done)
  }

  /** Refused, or a function of the user's threw, before anything ran. */
  private turnAway(error: Error, done: Done): void {
    const { reply, request } = this
    if (this.isDone() || isGone(reply)) return
    const known = problemOfError(error)
    if (known === undefined) done(error)
    else if (isRefusedError(error)) sendProblem(request, reply, known.problem, known.retryAfter)
    else this.say(NEVER_BEGAN)
  }

  /** The time is out while the request is under way. */
  private cut(error: Error): void {
    const { answer, payload, plan, reply } = this
    if (this.isDone() || isGone(reply) || !isResilienceError(error)) return
    const hasBegun = reply.raw.headersSent
    if (answer === 'none' && !reply.sent && !hasBegun) {
      this.say(this.began && plan.deadline !== undefined ? plan.deadline.late : NEVER_BEGAN)
    } else if (isDestroyable(payload) && !payload.destroyed) {
      // Fastify answers with the error if it still can, and breaks off if not.
      payload.destroy(error)
      if (hasBegun) breakOff(reply)
    } else if (hasBegun || answer === 'none') {
      breakOff(reply)
    }
  }

  private say(problem: Problem): void {
    this.answer = 'ours'
    answerAtOnce(this.request, this.reply, problem)
  }

  private watchAnswer(): void {
    const { reply } = this
    const { send } = reply
    reply.send = (payload) => {
      if (this.answer === 'ours') return reply
      this.answer = 'theirs'
      this.payload = payload
      return send.call(reply, payload)
    }
  }

  private end(): void {
    const { node, reply } = this
    this.gone = true
    if (isServed(reply)) {
      this.over.resolve(reply.raw.statusCode)
      return
    }
    const reason = node?.aborted ? node.reason : new ClientGoneError()
    node?.abort(reason, 'caller')
    this.over.reject(reason)
  }
}

/** What a limit that learns is told of a response: its status says how it went. */
function classifyStatus(outcome: Outcome, call: Call): Verdict {
  return outcome.ok && typeof outcome.value === 'number' ? judgeStatus(outcome.value) : defaultClassify(outcome, call)
}

function isDestroyable(payload: unknown): payload is { destroyed?: boolean; destroy(error: Error): void } {
  return (
    typeof payload === 'object' && payload !== null && 'destroy' in payload && typeof payload.destroy === 'function'
  )
}
