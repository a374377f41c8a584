import { checkOptions } from '@holdfast/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { Draining } from './draining.ts'
import { problemsBefore } from './error-handler.ts'
import { Exchange } from './exchange.ts'
import { exchangeOf } from './exchange-of.ts'
import type { HoldfastOptions, HoldfastRouteOptions } from './options.ts'
import { type Base, baseOf, type Plan, planOf } from './plan.ts'
import { addProbes } from './probes.ts'
import { refuseHopCount } from './trust-proxy.ts'

type Done = (error?: Error) => void

const scopeKey = Symbol('holdfast.scope')
const planKey = Symbol('holdfast.plan')

/** What is in force in an instance and in those inside it, until one of them registers the plugin again. */
interface Scope {
  readonly base: Base
  /** For requests that no route takes. */
  readonly fallback: Plan
  readonly draining: Draining | undefined
  /** By the route's own options and by its URL: a HEAD route is one with its GET. */
  readonly plans: WeakMap<object, Map<string, Plan>>
}
type Scoped = FastifyInstance & { [scopeKey]?: Scope }
type Planned = { [planKey]?: Plan; holdfast?: HoldfastRouteOptions | undefined }

async function register(app: Scoped, options: HoldfastOptions): Promise<void> {
  const { health, drain } = checkOptions('options', options)
  refuseHopCount(app)
  const around = app[scopeKey]
  const base = baseOf(options, around?.base)
  const draining = drain ? new Draining(app, drain) : drain === false ? undefined : around?.draining
  app[scopeKey] = { base, fallback: planOf({ ...base, bulkhead: false }), draining, plans: new WeakMap() }
  // Hooks of an instance are those of all inside it.
  if (around === undefined) {
    app.addHook('onRoute', planRoute)
    app.addHook('onRequest', receive)
  }
  if (health) addProbes(app, health)
}

/** Settles what happens to a route's requests, and throws where it asks for nonsense. */
function planRoute(this: Scoped, route: RouteOptions): void {
  const scope = this[scopeKey]
  if (scope === undefined) return
  const config: Planned = route.config ?? {}
  const plan = planFor(scope, config.holdfast, route.url)
  route.config = { ...config, [planKey]: plan } as Planned
  if (plan.errors) route.errorHandler = problemsBefore(route.errorHandler)
  if (plan.compartment === undefined && plan.deadline === undefined) return
  route.preHandler = [begin, route.preHandler ?? []].flat()
  if (plan.deadline !== undefined) route.handler = quiet(route.handler)
}

function planFor({ base, plans }: Scope, own: HoldfastRouteOptions | undefined, url: string): Plan {
  const from = own === undefined ? base : checkOptions('config.holdfast', own)
  const known = plans.get(from) ?? new Map<string, Plan>()
  plans.set(from, known)
  const plan = known.get(url) ?? planOf(own === undefined ? base : baseOf(own, base))
  known.set(url, plan)
  return plan
}

function receive(this: Scoped, request: FastifyRequest, reply: FastifyReply, done: Done): void {
  const scope = this[scopeKey]
  if (scope === undefined) {
    done()
    return
  }
  if (scope.draining?.enter(reply) === false) return
  const plan = planOfRequest(scope, request)
  const { limits, deadline, shedding, compartment } = plan
  const isSimple = (deadline ?? shedding ?? compartment) === undefined
  const enter = isSimple ? done : () => new Exchange(request, reply, plan).enter(done)
  admit(limits, 0, request, reply, enter, done)
}

/** Asks one limit after another, and waits only for those that have to be waited for. */
function admit(
  limits: Plan['limits'],
  from: number,
  request: FastifyRequest,
  reply: FastifyReply,
  enter: () => void,
  done: Done,
): void {
  for (let index = from; index < limits.length; index++) {
    const admitted = limits[index]?.admit(request, reply)
    if (admitted === false) return
    if (typeof admitted === 'object') {
      admitted
        .then((may) => {
          if (may) admit(limits, index + 1, request, reply, enter, done)
        })
        .catch(done)
      return
    }
  }
  enter()
}

function begin(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
  const exchange = exchangeOf(request)
  if (exchange === undefined) done()
  else exchange.begin(done)
}

/** What a handler fails with after it was given up is not news. */
function quiet(handler: RouteOptions['handler']): RouteOptions['handler'] {
  return function (request, reply) {
    const result: unknown = handler.call(this, request, reply)
    if (!(result instanceof Promise)) return result
    return result.catch((error) => {
      if (exchangeOf(request)?.isMoot(error) !== true) throw error
    })
  }
}

function planOfRequest(scope: Scope, request: FastifyRequest): Plan {
  const { config, method, url } = request.routeOptions
  const { [planKey]: plan, holdfast }: Planned = config
  if (plan !== undefined) return plan
  if (holdfast === undefined) return scope.fallback
  throw new Error(`${method} ${url} was declared before the plugin was there: await app.register(holdfast) first`)
}

/**
 * The plugin. What is given here holds for the routes of the instance and of all inside it, and `config.holdfast` of a route says
 * otherwise.
 */
export const holdfast: FastifyPluginAsync<HoldfastOptions> = Object.assign(register, {
  // What fastify-plugin would set: hooks are to be those of the instance, and not of one of the plugin's own.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@holdfast/fastify',
  [Symbol.for('plugin-meta')]: { name: '@holdfast/fastify', fastify: '5.x' },
})
