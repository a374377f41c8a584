import { type ShedPolicy, shed as shedPolicy } from '@holdfast/shed'
import type { RequestHandler } from 'express'
import { admit } from './admit.ts'
import { resolveShedOptions, type ShedOptions } from './shed-options.ts'

/** A middleware function that sheds load; its policy tells how the process is doing. */
export interface ShedHandler extends RequestHandler {
  readonly policy: ShedPolicy
}

/** Answers requests that the process cannot serve in time with 503, the least important first, before they cost anything. */
export function shed(options: ShedOptions = {}): ShedHandler {
  const { priority, policy: given } = resolveShedOptions(options)
  const policy = shedPolicy(given)
  const handle: RequestHandler = (req, res, next) => admit(policy, req, res, next, { priority: priority(req) })
  return Object.assign(handle, { policy })
}
