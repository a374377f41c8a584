import { formatReport } from '@holdfast/lifecycle'
import type { RequestHandler } from 'express'
import { type HealthOptions, resolveHealthOptions } from './health-options.ts'

/** Answers whether the process is alive and ready: 200 or 503, with the report. It belongs before everything that refuses. */
export function health(options: HealthOptions): RequestHandler {
  const { health: probed, live, ready } = resolveHealthOptions(options)
  return async (req, res, next) => {
    const isAsked = (req.method === 'GET' || req.method === 'HEAD') && (req.path === live || req.path === ready)
    if (!isAsked) return next()
    const report = await (req.path === live ? probed.live() : probed.ready())
    res.status(report.ok ? 200 : 503)
    res.set({ 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    res.end(formatReport(report))
  }
}
