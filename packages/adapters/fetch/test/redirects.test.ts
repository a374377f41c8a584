import { constant } from '@holdfast/backoff'
import { failure, type Upstream, upstream } from '@holdfast/testing/upstream'
import { Agent, interceptors, fetch as undiciFetch } from 'undici'
import { describe, expect, it } from 'vitest'
import { type FetchFunction, resilientFetch } from '../src/index.ts'
import { redirectsSeen, wasRedirected } from '../src/redirects.ts'
import { through } from './requests.ts'

const soon = { backoff: constant(1), budget: { initial: 1_000, max: 1_000 } }

/** Where nobody listens any more. */
async function gone(): Promise<string> {
  await using server = await upstream((response) => response.end())
  return server.url
}

/** A server that sends its clients away, as the path says. */
async function redirecting(): Promise<Upstream> {
  const away = await gone()
  return upstream((response, { path }) => {
    const [, code = '200', to = ''] = path.split('/')
    response.writeHead(Number(code), { location: to.startsWith('here') ? '/200' : `${away}/elsewhere` }).end()
  })
}

describe('a POST that was redirected to where nobody listens', () => {
  it.each([301, 302, 303, 307, 308])('by %i is not made again: the first server has had it', async (code) => {
    await using server = await redirecting()
    const error = await failure(resilientFetch(soon)(`${server.url}/${code}/`, { method: 'POST', body: 'order' }))
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } })
    expect(server.seen.length).toBe(1)
  })

  it('is not made again by undici’s fetch, with a resolver, an empty query and a fragment', async () => {
    await using server = await redirecting()
    const dispatcher = new Agent().compose(interceptors.dns())
    const client = resilientFetch({ ...soon, fetch: undiciFetch as unknown as FetchFunction })
    const url = `${server.url.replace('127.0.0.1', 'localhost')}/303/?#part`
    await failure(client(url, through(dispatcher, { method: 'POST', body: 'order' })))
    expect(server.seen.length).toBe(1)
    await dispatcher.close()
  })

  it('does not keep others from being made again', async () => {
    const url = await gone()
    await using server = await redirecting()
    let attempts = 0
    const client = resilientFetch({
      ...soon,
      fetch: (input, init) => {
        attempts++
        return fetch(input, init)
      },
    })
    const order = failure(client(`${url}/other`, { method: 'POST', body: 'order' }))
    const redirected = client(`${server.url}/303/here`, { method: 'POST', body: 'order' })
    expect((await redirected).status).toBe(200)
    await order
    expect(attempts).toBe(4)
  })
})

it('of paths that were forgotten it is assumed that they were redirected', async () => {
  await using server = await redirecting()
  const first = new URL(`${server.url}/302/here?first`)
  const never = new URL(`${server.url}/never`)
  const before = redirectsSeen()
  await fetch(first)
  const after = redirectsSeen()
  expect([wasRedirected(first, before), wasRedirected(first, after), wasRedirected(never, before)]).toEqual([
    true,
    false,
    false,
  ])
  for (let i = 0; i < 1_000; i++) await (await fetch(`${server.url}/302/here?${i}`)).text()
  expect([wasRedirected(first, before), wasRedirected(never, before), wasRedirected(never, after)]).toEqual([
    true,
    true,
    false,
  ])
})
