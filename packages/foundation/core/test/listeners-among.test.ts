import { expect, it } from 'vitest'
import { isListener, type Listeners, withListener, withoutListener } from '../src/listeners.ts'

it('knows who is among the listeners, however many there are', () => {
  const pool = Array.from({ length: 5 }, (_, name) => ({ name }))
  const among = (listeners: Listeners<object>) => pool.filter((one) => isListener(listeners, one))
  let listeners: Listeners<object>
  expect(among(listeners)).toEqual([])
  for (const [at, one] of pool.entries()) {
    listeners = withListener(listeners, one)
    expect(among(listeners)).toEqual(pool.slice(0, at + 1))
  }
  for (const [at, one] of pool.entries()) {
    listeners = withoutListener(listeners, one)
    expect(among(listeners)).toEqual(pool.slice(at + 1))
  }
})
