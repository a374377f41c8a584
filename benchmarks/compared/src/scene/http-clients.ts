import { constant } from '@holdfast/backoff'
import { resilientFetch } from '@holdfast/fetch'
import { resilientDispatch } from '@holdfast/undici'
import got, { HTTPError as GotError } from 'got'
import ky, { HTTPError as KyError } from 'ky'
import { Agent, RetryAgent, fetch as undiciFetch, request as undiciRequest } from 'undici'
import type { Client, Observation, Probe } from '../behaviour.ts'
import { bestOf } from './best-of.ts'
import { inWords } from './ending.ts'

/** A request, and how it is to be made: three attempts, with short waits. */
export interface Errand {
  readonly url: string
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly body?: string
  /** The longest wait that the caller is willing to take, in ms. */
  readonly maxWait?: number
  /** How long an attempt may take, in ms. */
  readonly attemptTimeout?: number
}

/** What the caller gets: a status and the body with it, whether by a response or by the error that stands for one. */
export interface Reply {
  readonly status: number
  readonly body: string
}

type Send = (errand: Errand) => Promise<Reply>

const WAIT = 20

const byFetch: Send = async ({ url, method, body, maxWait, attemptTimeout }) => {
  const client = resilientFetch({ backoff: constant(WAIT), maxWait, attemptTimeout })
  const response = await client(url, { method, body: body ?? null })
  return { status: response.status, body: await response.text() }
}

const byDispatch: Send = async ({ url, method, body, maxWait, attemptTimeout }) => {
  const dispatcher = new Agent().compose(resilientDispatch({ backoff: constant(WAIT), maxWait, attemptTimeout }))
  const response = await undiciRequest(url, { method, body: body ?? null, dispatcher })
  return { status: response.statusCode, body: await response.body.text() }
}

function agent({ maxWait = 30_000, attemptTimeout = 30_000 }: Errand, throwOnError: boolean): RetryAgent {
  const codes = ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT']
  return new RetryAgent(new Agent({ headersTimeout: attemptTimeout }), {
    maxRetries: 2,
    minTimeout: WAIT,
    maxTimeout: maxWait,
    errorCodes: codes,
    throwOnError,
  })
}

const byUndici: Readonly<Record<string, Send>> = {
  '`request`': (errand) => byRequest(errand, true),
  '`request`, `throwOnError: false`': (errand) => byRequest(errand, false),
  '`fetch`': async (errand) => {
    const { url, method, body } = errand
    const response = await undiciFetch(url, { method, body: body ?? null, dispatcher: agent(errand, false) })
    return { status: response.status, body: await response.text() }
  },
}

async function byRequest(errand: Errand, throwOnError: boolean): Promise<Reply> {
  const { url, method, body } = errand
  const response = await undiciRequest(url, { method, body: body ?? null, dispatcher: agent(errand, throwOnError) })
  return { status: response.statusCode, body: await response.body.text() }
}

const byGot: Send = async ({ url, method, body, maxWait, attemptTimeout }) => {
  try {
    const response = await got(url, {
      method,
      ...(body === undefined ? {} : { body }),
      retry: { limit: 2, backoffLimit: WAIT, noise: 0, ...(maxWait === undefined ? {} : { maxRetryAfter: maxWait }) },
      ...(attemptTimeout === undefined ? {} : { timeout: { request: attemptTimeout } }),
    })
    return { status: response.statusCode, body: response.body }
  } catch (error) {
    if (!(error instanceof GotError)) throw error
    return { status: error.response.statusCode, body: String(error.response.body) }
  }
}

const byKy: Send = async ({ url, method, body, maxWait, attemptTimeout }) => {
  try {
    const response = await ky(url, {
      method,
      ...(body === undefined ? {} : { body }),
      retry: {
        limit: 2,
        backoffLimit: WAIT,
        retryOnTimeout: true,
        ...(maxWait === undefined ? {} : { maxRetryAfter: maxWait }),
      },
      ...(attemptTimeout === undefined ? {} : { timeout: attemptTimeout }),
    })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    if (!(error instanceof KyError)) throw error
    return { status: error.response.status, body: String(error.data) }
  }
}

/** What came of an errand: a reply, or what was thrown, in words. */
export type Outcome = Reply | string

async function outcomeOf(send: Send, errand: Errand): Promise<Outcome> {
  try {
    return await send(errand)
  } catch (error) {
    return inWords(error)
  }
}

/** One scene for every client. Of peers that can be used in several ways it is the best that counts, of Holdfast the worse. */
export function eachClient(
  scene: (send: (errand: Errand) => Promise<Outcome>) => Promise<Observation>,
): Record<Client, Probe> {
  const play = (send: Send) => scene((errand) => outcomeOf(send, errand))
  return {
    async holdfast() {
      const fetched = await play(byFetch)
      return fetched.shows ? play(byDispatch) : fetched
    },
    async undici() {
      const ways: Record<string, Observation> = {}
      for (const [way, send] of Object.entries(byUndici)) ways[way] = await play(send)
      return bestOf(ways)
    },
    got: () => play(byGot),
    ky: () => play(byKy),
  }
}

/** What the caller got, in words. */
export function told(outcome: Outcome): string {
  return typeof outcome === 'string'
    ? outcome
    : `${outcome.status} with ${outcome.body === '' ? 'no body' : `"${outcome.body}"`}`
}
