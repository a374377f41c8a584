import { checkMethods, checkOptions, wrongType, wrongValue } from '@holdfast/core'
import { formatReport, type HealthReport } from '@holdfast/lifecycle'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { HealthOptions } from './options.ts'

/** A probe that is refused tells of the wrong thing. */
const exempt = { holdfast: { rateLimit: false, shed: false, deadline: false, bulkhead: false } } as const

/** Routes that answer probes: 200 or 503, and the report. */
export function addProbes(app: FastifyInstance, options: HealthOptions): void {
  const { health, live = '/livez', ready = '/readyz' }: HealthOptions = checkOptions('health', options)
  checkMethods('health', health, ['live', 'ready'])
  app.get(checkPath('live', live), { config: exempt }, async (_, reply) => told(reply, await health.live()))
  app.get(checkPath('ready', ready), { config: exempt }, async (_, reply) => told(reply, await health.ready()))
}

function told(reply: FastifyReply, report: HealthReport): string {
  reply
    .code(report.ok ? 200 : 503)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
  return formatReport(report)
}

function checkPath(name: string, path: unknown): string {
  const rule = "a path that begins with '/'"
  if (typeof path !== 'string') return wrongType(name, rule, path)
  return path.startsWith('/') ? path : wrongValue(name, rule, path)
}
