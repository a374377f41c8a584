import { budget } from '@holdfast/budget'
import { manualClock } from '@holdfast/testing'
import { expect, it, vi } from 'vitest'
import { hedge } from '../src/index.ts'

function started() {
  const clock = manualClock()
  const giveUp = new AbortController()
  const attempts: PromiseWithResolvers<string>[] = []
  const operation = () => {
    const attempt = Promise.withResolvers<string>()
    attempts.push(attempt)
    return attempt.promise
  }
  return { clock, giveUp, attempts, operation }
}

it.each([
  ['the first attempt first', [0, 1]],
  ['the hedge first', [1, 0]],
])('releases every value that comes after the caller has gone, %s', async (_, order) => {
  const { clock, giveUp, attempts, operation } = started()
  const released: unknown[] = []
  const told: string[] = []
  const policy = hedge({
    delay: 5,
    clock,
    onDiscard: (value) => released.push(value),
    onEvent: ({ type }) => told.push(type),
  })
  const answer = policy.execute(operation, { signal: giveUp.signal }).catch((error: unknown) => error)
  await clock.advance(5)
  giveUp.abort('stop')
  expect(await answer).toBe('stop')
  for (const at of order) attempts[at]?.resolve(`connection ${at}`)
  await clock.settle()
  expect(released.toSorted()).toEqual(['connection 0', 'connection 1'])
  expect(told).not.toContain('hedge.won')
})

it('releases the value of a call that was never hedged, too', async () => {
  const { clock, giveUp, attempts, operation } = started()
  const released: unknown[] = []
  const policy = hedge({ clock, onDiscard: (value) => released.push(value) })
  const answer = policy.execute(operation, { signal: giveUp.signal }).catch((error: unknown) => error)
  giveUp.abort('stop')
  await answer
  attempts[0]?.resolve('connection')
  await clock.settle()
  expect(released).toEqual(['connection'])
})

it('takes a budget that throws for one that pays for nothing', async () => {
  const { clock, attempts, operation } = started()
  const broken = {
    balance: 0,
    deposit() {},
    refund() {},
    withdraw(): boolean {
      throw new Error('broken')
    },
  }
  const answer = hedge({ delay: 5, clock, budget: broken }).execute(operation)
  await clock.advance(5)
  attempts[0]?.resolve('first')
  expect(await answer).toBe('first')
  expect(attempts).toHaveLength(1)
})

it.each<unknown>([undefined, 1, 'yes', Promise.resolve(true)])(
  'takes a budget whose answer is none for one that pays for nothing, and says so once: %o',
  async (said) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { clock, attempts, operation } = started()
    const odd = { balance: 0, deposit() {}, refund() {}, withdraw: () => said as boolean }
    const policy = hedge({ delay: 5, clock, budget: odd })
    const answers = [policy.execute(operation), policy.execute(operation)]
    await clock.advance(5)
    for (const attempt of attempts) attempt.resolve('first')
    expect(await Promise.all(answers)).toEqual(['first', 'first'])
    expect(attempts).toHaveLength(2)
    expect(warned).toHaveBeenCalledOnce()
    expect(String(warned.mock.calls[0]?.[0])).toContain('what withdraw() of the budget returns must be true or false')
    warned.mockRestore()
  },
)

it('answers though its budget throws whatever it is told', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { clock, giveUp, attempts, operation } = started()
  const broken = (): never => {
    throw new Error('broken')
  }
  const account = { balance: 1, deposit: broken, refund: broken, withdraw: () => true }
  const policy = hedge({ delay: 5, clock, budget: account, onEvent: () => giveUp.abort('stop') })
  const good = policy.execute(operation)
  attempts[0]?.resolve('fine')
  expect(await good).toBe('fine')
  const ended = policy.execute(operation, { signal: giveUp.signal }).catch((error: unknown) => error)
  await clock.advance(5)
  expect([await ended, attempts.length]).toEqual(['stop', 2])
  warned.mockRestore()
})

it('pays nothing for a hedge that a listener prevented by ending the call', async () => {
  const { clock, giveUp, attempts, operation } = started()
  const shared = budget({ initial: 5 })
  const policy = hedge({ delay: 5, clock, budget: shared, onEvent: () => giveUp.abort('stop') })
  const answer = policy.execute(operation, { signal: giveUp.signal }).catch((error: unknown) => error)
  await clock.advance(5)
  expect(await answer).toBe('stop')
  expect([attempts.length, shared.balance]).toEqual([1, 5])
})
