import { checkOneOf, checkOptions, wrongType, wrongValue } from '@holdfast/core'
import { methods } from '../experiment/mix.ts'
import { type LoadOptions, type LoadPlan, resolveLoad } from '../experiment/options.ts'
import type { ProgressListener } from '../experiment/progress.ts'
import { parseExpectation } from '../verdict/expectation.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { isThisMachine } from './host.ts'

export interface RunTargetOptions extends LoadOptions {
  /**
   * What must hold: `'p99 < 50ms'`, `'errors <= 1%'`.
   * @default []
   */
  readonly expect?: readonly string[] | undefined
  /**
   * The method of the requests.
   * @default 'GET'
   */
  readonly method?: (typeof methods)[number] | undefined
  /**
   * The headers of the requests.
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The body of the requests. */
  readonly body?: string | undefined
  /**
   * Whether another machine than this one may be loaded. Somebody has to answer for that.
   * @default false
   */
  readonly allowRemote?: boolean | undefined
  /**
   * Whether to go on when the server gives no answer at all for 3 seconds.
   * @default false
   */
  readonly keepGoing?: boolean | undefined
  /** Told a few times a second how far things are. */
  readonly onProgress?: ProgressListener | undefined
  /** Ends the run and its process; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

export interface TargetPlan {
  readonly url: string
  readonly load: LoadPlan
  readonly verdicts: readonly Verdict[]
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly keepGoing: boolean
}

export function resolveTarget(target: string | URL, options: RunTargetOptions): TargetPlan {
  const {
    expect = [],
    method = 'GET',
    headers = {},
    body,
    allowRemote = false,
    keepGoing = false,
  } = checkOptions('options', options)
  if (!Array.isArray(expect)) wrongType('expect', 'an array of strings', expect)
  if (body !== undefined && typeof body !== 'string') wrongType('body', 'a string', body)
  if (typeof allowRemote !== 'boolean') wrongType('allowRemote', 'true or false', allowRemote)
  if (typeof keepGoing !== 'boolean') wrongType('keepGoing', 'true or false', keepGoing)
  const { url, credentials } = checkUrl(target, allowRemote)
  return {
    url,
    load: resolveLoad('load', options),
    verdicts: expect.map((text: string) => parseExpectation(text, url)),
    method: checkOneOf('method', method, methods),
    headers: { ...credentials, ...checkOptions('headers', headers) },
    body,
    keepGoing,
  }
}

interface CheckedUrl {
  readonly url: string
  readonly credentials: Readonly<Record<string, string>>
}

/** The URL is printed and kept in reports: what is secret in it is sent, and not shown. */
function checkUrl(target: string | URL, allowRemote: boolean): CheckedUrl {
  const rule = 'an http: or https: URL'
  if (typeof target !== 'string' && !(target instanceof URL)) return wrongType('url', rule, target)
  const url = URL.canParse(String(target)) ? new URL(target) : wrongValue('url', rule, String(target))
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return wrongValue('url', rule, url.href)
  if (url.hash !== '') url.hash = ''
  if (!allowRemote && !isThisMachine(url.hostname))
    wrongValue('url', 'one of this machine, unless allowRemote says that you may load another', url.href)
  const { username, password } = url
  if (username === '' && password === '') return { url: url.href, credentials: {} }
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  url.username = ''
  url.password = ''
  return { url: url.href, credentials: { authorization: `Basic ${secret}` } }
}
