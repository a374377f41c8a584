import { checkNumber, checkOneOf, checkOptions, wrongType, wrongValue } from '@holdfast/core'

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** One kind of requests among others. */
export interface RequestOptions {
  /**
   * How many there are of it, in proportion to the others.
   * @default 1
   */
  readonly share?: number | undefined
  /** Their path and query, from the first slash on, in place of those of the URL. */
  readonly path?: string | undefined
  /** Their method, in place of that of the load. */
  readonly method?: (typeof methods)[number] | undefined
  /**
   * Their headers, beside those of the load.
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Their body, in place of that of the load. */
  readonly body?: string | undefined
}

/** One kind of requests with nothing left to say; what is undefined is as in the rest of the load. */
export interface RequestPlan {
  readonly name: string
  readonly share: number
  readonly path: string | undefined
  readonly method: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export function resolveMix(
  name: string,
  mix: Readonly<Record<string, RequestOptions>> | undefined,
): readonly RequestPlan[] {
  if (mix === undefined) return []
  const names = Object.keys(checkOptions(name, mix))
  if (names.length === 0 || names.length > 100) wrongValue(name, 'an object with 1 to 100 kinds of requests', mix)
  return names.map((kind) => resolveRequest(kind, `${name}.${kind}`, mix[kind] ?? {}))
}

function resolveRequest(kind: string, name: string, options: RequestOptions): RequestPlan {
  const { share = 1, path, method, headers = {}, body } = checkOptions(name, options)
  if (path !== undefined && typeof path !== 'string') wrongType(`${name}.path`, 'a string', path)
  if (path !== undefined && !/^\/(?!\/)/.test(path)) wrongValue(`${name}.path`, 'a path that begins with a slash', path)
  if (body !== undefined && typeof body !== 'string') wrongType(`${name}.body`, 'a string', body)
  return {
    name: kind,
    share: checkNumber(`${name}.share`, share, 'a number above 0', { above: true }),
    path,
    method: method === undefined ? undefined : checkOneOf(`${name}.method`, method, methods),
    headers: { ...checkOptions(`${name}.headers`, headers) },
    body,
  }
}
