import { qualityOf } from './accept.ts'

/** Problem details (RFC 9457), with members of one's own beside those that the RFC names. */
export interface Problem {
  /** What kind of problem it is, as a URI; `about:blank` for one that the status says all of. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What happened this time. */
  readonly detail?: string | undefined
  /** This occurrence, as a URI. */
  readonly instance?: string | undefined
  readonly [member: string]: unknown
}

export const PROBLEM_TYPE = 'application/problem+json'
const TEXT_TYPE = 'text/plain'

const REGISTRY = 'https://iana.org/assignments/http-problem-types#'

/** A quota is used up; `violatedPolicies` are the names of the limits that refused. */
export function quotaExceeded(violatedPolicies: readonly string[] = [], detail?: string | undefined): Problem {
  const title = 'Request cannot be satisfied as assigned quota has been exceeded'
  return limitProblem('quota-exceeded', title, 429, violatedPolicies, detail)
}

/** The server can do less than usual for the moment. */
export function temporaryReducedCapacity(
  violatedPolicies: readonly string[] = [],
  detail?: string | undefined,
): Problem {
  const title = 'Request cannot be satisfied due to temporary server capacity constraints'
  return limitProblem('temporary-reduced-capacity', title, 503, violatedPolicies, detail)
}

/** The client's requests look like abuse. */
export function abnormalUsageDetected(violatedPolicies: readonly string[] = [], detail?: string | undefined): Problem {
  const title = 'Request not satisfied due to detection of abnormal request pattern'
  return limitProblem('abnormal-usage-detected', title, 429, violatedPolicies, detail)
}

/** A problem that its status says all of. */
export function plainProblem(status: number, title: string, detail?: string | undefined): Problem {
  return { type: 'about:blank', title, status, detail }
}

function limitProblem(
  name: string,
  title: string,
  status: number,
  violated: readonly string[],
  detail: string | undefined,
): Problem {
  const problem = { type: `${REGISTRY}${name}`, title, status, detail }
  return violated.length === 0 ? problem : { ...problem, 'violated-policies': [...violated] }
}

/** A problem as it goes out. */
export interface WrittenProblem {
  readonly contentType: string
  readonly body: string
}

/**
 * Writes a problem in the form that the client asked for: JSON, or plain text where its `Accept` wants that more. A client that
 * wants neither gets JSON, because an error in a form that was not asked for is better than none.
 */
export function writeProblem(problem: Problem, accept?: string | null | undefined): WrittenProblem {
  const json = Math.max(qualityOf(PROBLEM_TYPE, accept), qualityOf('application/json', accept))
  if (qualityOf(TEXT_TYPE, accept) <= json) return { contentType: PROBLEM_TYPE, body: JSON.stringify(problem) }
  const { title, detail } = problem
  return { contentType: `${TEXT_TYPE}; charset=utf-8`, body: detail === undefined ? title : `${title}: ${detail}` }
}

/** Longer bodies are not read: a problem is a few sentences. */
const LONGEST = 65_536

/**
 * The problem in a response's body; `undefined` where it is no JSON object. A member of the wrong type counts as absent, and an
 * absent one has the meaning that the RFC gives it; `status` is that of the response.
 */
export function parseProblem(body: string, status: number): Problem | undefined {
  if (body.length > LONGEST) return undefined
  let read: unknown
  try {
    read = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
  const members = read as Record<string, unknown>
  return {
    ...members,
    type: textOf(members['type']) ?? 'about:blank',
    title: textOf(members['title']) ?? '',
    status: Number.isInteger(members['status']) ? Number(members['status']) : status,
    detail: textOf(members['detail']),
    instance: textOf(members['instance']),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
