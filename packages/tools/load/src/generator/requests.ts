import type { GeneratorStart } from '../process/messages.ts'

/** A request as autocannon wants it. */
export interface PlainRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The requests of a load, in the order of its mix; one where all are alike. */
export function requestsOf({ url, mix, ...load }: GeneratorStart): readonly PlainRequest[] {
  const kinds = mix.length === 0 ? [{ path: undefined, method: undefined, headers: {}, body: undefined }] : mix
  return kinds.map((kind) => {
    const { pathname, search } = new URL(kind.path ?? url, url)
    const body = kind.body ?? load.body
    return {
      method: kind.method ?? load.method,
      path: pathname + search,
      headers: { ...load.headers, ...kind.headers },
      ...(body === undefined ? {} : { body }),
    }
  })
}
