import { expect, it } from 'vitest'
import { type ReturnListener, Returns } from '../src/returns.ts'

function listening(log: string[], name: string, then?: () => void): ReturnListener {
  return {
    onReturn(key, everyone) {
      log.push(`${name} ${key} ${everyone}`)
      then?.()
    },
  }
}

it('tells everybody for whom it was, and each time another one first', () => {
  const log: string[] = []
  const returns = new Returns()
  for (const name of ['a', 'b', 'c']) returns.add(listening(log, name))
  returns.tell('key', false)
  returns.tell(undefined, true)
  returns.tell('key', false)
  expect(log.map((line) => line[0]).join('')).toBe('abcbcacab')
  expect(log[0]).toBe('a key false')
  expect(log[3]).toBe('b undefined true')
})

it('tells nobody who has gone, and nobody twice', () => {
  const log: string[] = []
  const returns = new Returns()
  const [a, b] = [listening(log, 'a'), listening(log, 'b')]
  for (const one of [a, b, a]) returns.add(one)
  returns.remove(b)
  returns.tell('key', false)
  returns.remove(a)
  returns.tell('key', false)
  expect(log).toEqual(['a key false'])
})

it('may be left and joined by those who are told', () => {
  const log: string[] = []
  const returns = new Returns()
  const late = listening(log, 'late')
  const first = listening(log, 'first', () => {
    returns.remove(first)
    returns.add(late)
  })
  returns.add(first)
  returns.add(listening(log, 'second'))
  returns.tell('key', false)
  expect(log).toEqual(['first key false', 'second key false'])
  returns.tell('key', false)
  expect(log.slice(2)).toEqual(['second key false', 'late key false'])
})
