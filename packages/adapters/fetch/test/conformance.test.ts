import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Answer, type Upstream, upstream } from '@holdfast/testing/upstream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resilientFetch } from '../src/index.ts'
import { partsOf } from './requests.ts'

// With nothing to be mended, resilientFetch(x) gives exactly what fetch(x) gives.

const answers: Readonly<Record<string, Answer>> = {
  '/echo': (response, { method, headers, body }) => {
    const { 'content-type': type, 'content-length': length, 'x-mine': mine, accept, authorization } = headers
    response.setHeader('content-type', 'application/json')
    // The boundary of a form is chosen anew for each.
    const text = body.toString('latin1').replaceAll(/-{4,}formdata-\S+/g, 'boundary')
    response.end(JSON.stringify({ method, type: type?.split(';')[0], length, mine, accept, authorization, text }))
  },
  '/empty': (response) => response.end(),
  '/204': (response) => response.writeHead(204).end(),
  '/205': (response) => response.writeHead(205).end(),
  '/304': (response) => response.writeHead(304, { etag: '"1"' }).end(),
  '/404': (response) => response.writeHead(404, 'Nowhere To Be Found').end('nothing here'),
  '/103': (response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('after the hints'))
  },
  '/chunked': (response) => {
    response.write('one ')
    setTimeout(() => response.end('two'), 5)
  },
  '/large': (response) => response.end(Buffer.alloc(300_000, 'large ')),
  '/gzip': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('packed')),
  '/no-gzip': (response) => response.setHeader('content-encoding', 'gzip').end('not packed'),
  '/cookies': (response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end(),
  '/trailers': (response) => {
    response.setHeader('trailer', 'x-sum')
    response.write('with trailers')
    response.addTrailers({ 'x-sum': '1' })
    response.end()
  },
  '/302': (response) => response.writeHead(302, { location: '/echo' }).end('moved'),
  '/303': (response) => response.writeHead(303, { location: '/echo' }).end(),
  '/307': (response) => response.writeHead(307, { location: '/echo' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/nowhere': (response) => response.writeHead(302, { location: 'nothing://' }).end(),
  '/lies': (_, __, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'),
  '/lies-less': (_, __, socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nlonger'),
  '/breaks': (response, _, socket) => response.write('some', () => setTimeout(() => socket.resetAndDestroy(), 20)),
  '/stalls': (response) => response.write('some'),
  '/silent': () => {},
}

let server: Upstream
beforeAll(async () => {
  server = await upstream((response, seen, socket) => answers[seen.path.replace(/\?.*/, '')]?.(response, seen, socket))
})
afterAll(() => server[Symbol.asyncDispose]())

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
/** Does something with a fetch, and tells what came of it. */
type Shape = (call: Fetch, url: string) => Promise<unknown>

const resilient = resilientFetch()
const reason = new Error('the reason')
const blob = URL.createObjectURL(new Blob(['hello']))

async function told(response: Response): Promise<object> {
  const { status, statusText, ok, redirected, type, url, headers } = response
  const kept = [...headers].filter(([name]) => name !== 'date')
  const before = response.bodyUsed
  const body = createHash('sha1')
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest('hex')
  return { status, statusText, ok, redirected, type, url, kept, before, body, after: response.bodyUsed }
}

async function seen(made: Promise<unknown>): Promise<unknown> {
  try {
    const result = await made
    return result instanceof Response ? await told(result) : result
  } catch (error) {
    return toldError(error)
  }
}

function toldError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: error }
  const { name, message, cause } = error
  const { code, message: why } = (cause ?? {}) as { code?: unknown; message?: unknown }
  return { name, message, kind: error.constructor.name, isReason: error === reason, code, why }
}

const form = () => {
  const one = new FormData()
  one.set('field', 'value')
  one.set('file', new Blob(['content'], { type: 'text/plain' }), 'file.txt')
  return one
}
const streamOf = (text: string) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'get', 'post', 'QUERY'].map(
  (method): [string, Shape] => [`${method} /echo`, (call, url) => call(`${url}/echo`, { method })],
)

const bodies = Object.entries<() => RequestInit['body']>({
  text: () => 'text',
  'empty text': () => '',
  bytes: () => new Uint8Array([1, 2, 3]),
  'a view of bytes': () => new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
  'words of two bytes': () => new Uint16Array([258, 3]),
  'an ArrayBuffer': () => new Uint8Array([1, 2, 3]).buffer,
  'a Blob': () => new Blob(['blob'], { type: 'text/x-blob' }),
  FormData: form,
  URLSearchParams: () => new URLSearchParams({ a: '1', b: 'ü' }),
  'a stream': () => streamOf('stream'),
  null: () => null,
  'a number': () => 42 as unknown as string,
  'an object': () => ({}) as unknown as string,
}).flatMap(([name, body]): [string, Shape][] => [
  [`POST of ${name}`, (call, url) => call(`${url}/echo`, { method: 'POST', body: body() ?? null, duplex: 'half' })],
  [
    `PUT of a Request of ${name}`,
    (call, url) => call(new Request(`${url}/echo`, { method: 'PUT', body: body() ?? null, duplex: 'half' })),
  ],
])

const paths = Object.keys(answers).filter((path) => !['/echo', '/stalls', '/silent'].includes(path))
const responses = paths.flatMap((path): [string, Shape][] => [
  [`GET ${path}`, (call, url) => call(`${url}${path}`)],
  [`POST ${path}`, (call, url) => call(`${url}${path}`, { method: 'POST', body: 'body' })],
])

const redirects = (['follow', 'manual', 'error'] as const).map((redirect): [string, Shape] => [
  `redirect: ${redirect}`,
  (call, url) => call(`${url}/302`, { redirect }),
])

const inputs: [string, Shape][] = [
  ['a URL object', (call, url) => call(new URL('/echo?q=1', url))],
  ['a fragment', (call, url) => call(`${url}/echo#part`)],
  ['an object with toString', (call, url) => call({ toString: () => `${url}/echo` } as string)],
  [
    'a Request and an init',
    (call, url) => call(new Request(`${url}/echo`, { headers: { 'x-mine': '1' } }), { method: 'PUT', body: 'x' }),
  ],
  [
    'an init that replaces headers',
    (call, url) => call(new Request(`${url}/echo`, { headers: { 'x-mine': '1' } }), { headers: {} }),
  ],
  [
    'a Request for an init',
    (call, url) => call(`${url}/echo`, new Request(url, { method: 'PUT', headers: { 'x-mine': '1' } })),
  ],
  [
    'headers as pairs',
    (call, url) =>
      call(`${url}/echo`, {
        headers: [
          ['x-mine', '1'],
          ['x-mine', '2'],
        ],
      }),
  ],
  ['headers as Headers', (call, url) => call(`${url}/echo`, { headers: new Headers({ 'x-mine': '1' }) })],
  ['an init of null', (call, url) => call(`${url}/echo`, null as unknown as RequestInit)],
  [
    'a signal of null',
    (call, url) => call(new Request(`${url}/echo`, { signal: AbortSignal.abort() }), { signal: null }),
  ],
  [
    'credentials',
    (call, url) => call(`${url}/echo`, { credentials: 'include', headers: { authorization: 'Basic x' } }),
  ],
  ['credentials in the URL', (call, url) => call(`${url.replace('//', '//user:secret@')}/echo`)],
  ['a data: URL', (call) => call('data:text/plain,hello')],
  ['a blob: URL', (call) => call(blob)],
  ['no URL', (call) => call('nowhere')],
  ['an unknown scheme', (call) => call('gopher://example.com')],
  ['nothing', (call) => (call as () => Promise<Response>)()],
  ['a symbol', (call) => call(Symbol('url') as unknown as string)],
  ['an init that is a number', (call, url) => call(`${url}/echo`, 1 as unknown as RequestInit)],
  ['GET with a body', (call, url) => call(`${url}/echo`, { body: 'x' })],
  [
    'a stream without duplex',
    (call, url) => call(`${url}/echo`, { method: 'PUT', body: streamOf('x') } as RequestInit),
  ],
  ['a method that is none', (call, url) => call(`${url}/echo`, { method: 'NO WAY' })],
  ['a forbidden method', (call, url) => call(`${url}/echo`, { method: 'TRACE' })],
  ['a header that is none', (call, url) => call(`${url}/echo`, { headers: { 'no way': '1' } })],
  ['a signal that is none', (call, url) => call(`${url}/echo`, { signal: {} as AbortSignal })],
  [
    'a used Request',
    async (call, url) => {
      const request = new Request(`${url}/echo`, { method: 'PUT', body: 'x' })
      await request.text()
      return call(request)
    },
  ],
  [
    'a Request twice',
    async (call, url) => {
      const request = new Request(`${url}/echo`, { method: 'PUT', body: 'x' })
      await call(request)
      return call(request)
    },
  ],
  [
    'a Request without a body twice',
    async (call, url) => {
      const request = new Request(`${url}/echo`)
      await call(request)
      return call(request)
    },
  ],
]

const readings: [string, Shape][] = (
  [
    ['json()', (response) => response.json()],
    ['text()', (response) => response.text()],
    ['bytes()', async (response) => (await response.bytes()).length],
    ['blob()', async (response) => (await response.blob()).type],
    ['a clone', async (response) => [await response.clone().text(), await response.text()]],
    ['a clone of a clone', async (response) => [await response.clone().clone().text(), await response.text()]],
    ['reading twice', async (response) => [await response.text(), await response.text()]],
    [
      'the same stream',
      async (response) => {
        const { body } = response
        return [body === response.body, await response.text()]
      },
    ],
    ['a reader', async (response) => (await response.body?.getReader().read())?.value?.length],
    [
      'a reader that lets go',
      async (response) => {
        const reader = response.body?.getReader()
        reader?.releaseLock()
        return response.text()
      },
    ],
    [
      'a reader of bytes',
      async (response) => (await response.body?.getReader({ mode: 'byob' }).read(new Uint8Array(5)))?.value?.length,
    ],
    [
      'text while it is locked',
      async (response) => {
        response.body?.getReader()
        return response.text()
      },
    ],
    [
      'a tee',
      async (response) => {
        const [a, b] = response.body?.tee() ?? []
        return [await new Response(a).text(), await new Response(b).text()]
      },
    ],
    ['a pipe', async (response) => new Response(response.body?.pipeThrough(new TransformStream())).text()],
    ['a pipe to nothing', (response) => response.body?.pipeTo(undefined as unknown as WritableStream)],
    ['a pipe through nothing', async (response) => response.body?.pipeThrough({} as TransformStream)],
    ['an iteration', async (response) => Buffer.concat(await partsOf(response)).toString()],
    [
      'an iteration that breaks off',
      async (response) => {
        for await (const part of response.body ?? []) return [part.length > 0, response.bodyUsed]
        return 'nothing'
      },
    ],
    [
      'an iteration that leaves the rest',
      async (response) => {
        for await (const _ of response.body?.values({ preventCancel: true }) ?? []) break
        return response.body?.locked
      },
    ],
    ['a new response of it', async (response) => new Response(response.body, response).text()],
    ['cancel()', async (response) => [await response.body?.cancel(), response.bodyUsed]],
    ['instanceof', async (response) => [response instanceof Response, response.body instanceof ReadableStream]],
    ['its keys', async (response) => [Object.keys(response), { ...response }, String(response)]],
  ] as [string, (response: Response) => Promise<unknown>][]
).map(([name, read]) => [name, async (call, url) => read(await call(`${url}/large`))])

const aborts: [string, Shape][] = [
  ['before', (call, url) => call(`${url}/echo`, { signal: AbortSignal.abort(reason) })],
  ['before, without a reason', (call, url) => call(`${url}/echo`, { signal: AbortSignal.abort() })],
  ['before, with undefined thrown', (call, url) => call(`${url}/echo`, { signal: AbortSignal.abort(null) })],
  [
    'in the same turn',
    (call, url) => {
      const controller = new AbortController()
      const made = call(`${url}/echo`, { signal: controller.signal })
      controller.abort(reason)
      return made
    },
  ],
  [
    'while it waits for headers',
    (call, url) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 20)
      return call(`${url}/silent`, { signal: controller.signal })
    },
  ],
  [
    'while it waits for headers, without a reason',
    (call, url) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 20)
      return call(`${url}/silent`, { signal: controller.signal })
    },
  ],
  ['by AbortSignal.timeout', (call, url) => call(`${url}/silent`, { signal: AbortSignal.timeout(20) })],
  [
    'by the signal of a Request',
    (call, url) => call(new Request(`${url}/silent`, { signal: AbortSignal.timeout(20) })),
  ],
  [
    'while the body is sent',
    (call, url) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 20)
      const body = new ReadableStream({ start: (to) => to.enqueue(new Uint8Array(1)) })
      return call(`${url}/echo`, { method: 'POST', body, duplex: 'half', signal: controller.signal })
    },
  ],
  [
    'while the body is read',
    async (call, url) => {
      const controller = new AbortController()
      const response = await call(`${url}/stalls`, { signal: controller.signal })
      setTimeout(() => controller.abort(reason), 20)
      return response.text()
    },
  ],
  [
    'before the body is read',
    async (call, url) => {
      const controller = new AbortController()
      const response = await call(`${url}/stalls`, { signal: controller.signal })
      controller.abort(reason)
      return response.text()
    },
  ],
  [
    'while the body is iterated',
    async (call, url) => {
      const controller = new AbortController()
      const response = await call(`${url}/stalls`, { signal: controller.signal })
      setTimeout(() => controller.abort(reason), 20)
      return partsOf(response)
    },
  ],
  [
    'after the body was read',
    async (call, url) => {
      const controller = new AbortController()
      const response = await call(`${url}/chunked`, { signal: controller.signal })
      const text = await response.text()
      controller.abort(reason)
      return text
    },
  ],
]

const table = [...methods, ...bodies, ...responses, ...redirects, ...inputs, ...readings, ...aborts]

describe('with nothing to be mended', () => {
  it('there are more than sixty shapes', () => {
    expect(table.length).toBeGreaterThan(60)
    expect(new Set(table.map(([name]) => name)).size).toBe(table.length)
  })

  it.each(table)('%s gives what fetch gives', async (_, shape) => {
    const expected = await seen(shape(fetch, server.url))
    expect(await seen(shape(resilient, server.url))).toEqual(expected)
  })
})
