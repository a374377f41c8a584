import { type JudgedResponse, type RequestJudge, requestJudge } from '@holdfast/http'
import { wallTime } from './clock.ts'

/** By HTTP's rules: the responses of any fetch. */
export const judgeFor: RequestJudge = requestJudge({ read: responseIn, now: wallTime })

function responseIn(value: unknown): JudgedResponse | undefined {
  if (typeof value !== 'object' || value === null || !('status' in value) || !('headers' in value)) return undefined
  const { status, headers } = value as Response
  return typeof status === 'number' ? { status, header: (name) => headers.get(name) } : undefined
}
