import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resilientFetch } from '@holdfast/fetch'
import { expect, it, onTestFinished } from 'vitest'
import { of, rig, tracing } from './sdk.ts'

it('attempts of the fetch adapter are HTTP attempts: with their origin, their status, and how often they were resent', async () => {
  const { tracerProvider, spans } = tracing()
  const { series } = rig({ tracerProvider, spans: 'attempts' })
  let requests = 0
  const server = createServer((_request, response) => response.writeHead(requests++ < 2 ? 503 : 200).end('fine'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo

  const response = await resilientFetch()(`http://127.0.0.1:${port}/price`)
  expect(await response.text()).toBe('fine')

  const shown = spans.getFinishedSpans().map(({ attributes }) => attributes)
  const origin = { 'url.scheme': 'http', 'server.address': '127.0.0.1', 'server.port': port }
  expect(shown).toMatchObject([
    { ...origin, 'http.response.status_code': 503, 'error.type': '503' },
    { ...origin, 'http.response.status_code': 503, 'error.type': '503', 'http.request.resend_count': 1 },
    { ...origin, 'http.response.status_code': 200, 'http.request.resend_count': 2 },
  ])
  expect(shown[0]).not.toHaveProperty('http.request.resend_count')
  const all = await series()
  expect(of(all, 'holdfast.call.duration').map(({ attributes, count }) => [attributes['error.type'], count])).toEqual([
    [undefined, 1],
  ])
  expect(
    of(all, 'holdfast.attempt.duration').map(({ attributes, count }) => [attributes['error.type'], count]),
  ).toEqual([
    ['503', 2],
    [undefined, 1],
  ])
})
