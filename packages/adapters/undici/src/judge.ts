import { type JudgedResponse, type RequestJudge, requestJudge } from '@holdfast/http'
import { wallTime } from './clock.ts'

/** By HTTP's rules: the heads of responses, and errors that an interceptor has made of responses. */
export const judgeFor: RequestJudge = requestJudge({ read: responseIn, now: wallTime })

function responseIn(value: unknown): JudgedResponse | undefined {
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) return undefined
  const { statusCode, headers } = value as { statusCode: unknown; headers?: Record<string, unknown> | null }
  if (typeof statusCode !== 'number') return undefined
  return { status: statusCode, header: (name) => first(headers?.[name]) }
}

function first(value: unknown): string | null {
  const one: unknown = Array.isArray(value) ? value[0] : value
  return typeof one === 'string' ? one : null
}
