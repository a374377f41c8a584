import { expect, it } from 'vitest'
import { resolveMix } from '../../src/experiment/mix.ts'
import { requestsOf } from '../../src/generator/requests.ts'
import type { GeneratorStart } from '../../src/process/messages.ts'

const start: GeneratorStart = {
  url: 'http://127.0.0.1:3000/a?b=1',
  rate: 1,
  together: 1,
  duration: 1_000,
  warmup: 0,
  connections: 1,
  timeout: 1_000,
  mix: [],
  method: 'PUT',
  headers: { accept: 'text/plain' },
  body: 'text',
}

it('makes all requests alike where there is no mix', () => {
  expect(requestsOf(start)).toEqual([
    { method: 'PUT', path: '/a?b=1', headers: { accept: 'text/plain' }, body: 'text' },
  ])
  expect(requestsOf({ ...start, body: undefined })[0]).not.toHaveProperty('body')
})

it('makes each kind of a mix as it says, and as the load says in the rest', () => {
  const mix = resolveMix('mix', {
    usual: {},
    other: { path: '/c', method: 'POST', headers: { 'x-kind': 'other', accept: '*/*' }, body: 'more' },
  })
  expect(requestsOf({ ...start, mix })).toEqual([
    { method: 'PUT', path: '/a?b=1', headers: { accept: 'text/plain' }, body: 'text' },
    { method: 'POST', path: '/c', headers: { accept: '*/*', 'x-kind': 'other' }, body: 'more' },
  ])
})
