import { expect, it } from 'vitest'
import { isIdempotentMethod } from '../src/methods.ts'

it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY', 'get', 'Put', 'PROPFIND', 'REPORT', 'SEARCH'])(
  '%s may be made twice',
  (method) => {
    expect(isIdempotentMethod(method)).toBe(true)
  },
)

it.each(['POST', 'PATCH', 'CONNECT', 'LOCK', 'post', '', 'GET ', 'constructor'])('%s may not', (method) => {
  expect(isIdempotentMethod(method)).toBe(false)
})
