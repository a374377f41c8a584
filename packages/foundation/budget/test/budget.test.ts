import { definePolicy, describe as description } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Budget, budget } from '../src/index.ts'

/** Takes all that is there, and says how much it was. */
function emptied(account: Budget): number {
  let taken = 0
  while (account.withdraw()) taken++
  return taken
}

describe('budget', () => {
  it('starts with a one-off balance', () => {
    expect(budget().balance).toBe(5)
    expect(budget({ initial: 3 }).balance).toBe(3)
    expect(emptied(budget({ initial: 3 }))).toBe(3)
    expect(emptied(budget({ initial: 0 }))).toBe(0)
  })

  it('earns its ratio with each success', () => {
    const account = budget({ ratio: 0.1, initial: 0 })
    for (let success = 1; success <= 9; success++) account.deposit()
    expect(account.balance).toBe(0.9)
    expect(account.withdraw()).toBe(false)
    account.deposit()
    expect(account.balance).toBe(1)
    expect(account.withdraw()).toBe(true)
    expect(account.balance).toBe(0)
    expect(account.withdraw()).toBe(false)
  })

  it('saves up no more than its maximum', () => {
    const account = budget({ ratio: 0.5, initial: 1, max: 2 })
    for (let success = 0; success < 100; success++) account.deposit()
    expect(account.balance).toBe(2)
    account.refund()
    expect(account.balance).toBe(2)
    expect(emptied(account)).toBe(2)
  })

  it('gives back what was withdrawn for nothing', () => {
    const account = budget({ initial: 1 })
    expect(account.withdraw()).toBe(true)
    expect(account.withdraw()).toBe(false)
    account.refund()
    expect(account.withdraw()).toBe(true)
  })

  it('has a maximum of 5, or of what it starts with if that is more', () => {
    const filled = (account: Budget): number => {
      for (let success = 0; success < 10_000; success++) account.deposit()
      return account.balance
    }
    expect(filled(budget())).toBe(5)
    expect(filled(budget({ initial: 0 }))).toBe(5)
    expect(filled(budget({ initial: 25 }))).toBe(25)
    expect(filled(budget({ initial: 25, max: 40 }))).toBe(40)
  })

  it('earns nothing with a ratio of 0', () => {
    const account = budget({ ratio: 0, initial: 2 })
    for (let success = 0; success < 1_000; success++) account.deposit()
    expect(emptied(account)).toBe(2)
  })

  it('may earn several extra attempts with each success', () => {
    const account = budget({ ratio: 2.5, initial: 0 })
    account.deposit()
    expect(emptied(account)).toBe(2)
    expect(account.balance).toBe(0.5)
    expect(budget({ ratio: Number.MAX_VALUE, initial: 0, max: 7 }).deposit()).toBeUndefined()
  })

  it('does not drift: after a million rounds not one millionth is missing', () => {
    for (const ratio of [0.1, 0.3, 0.57, 0.7]) {
      const account = budget({ ratio, initial: 0, max: 1_000_000_000 })
      for (let success = 0; success < 1_000_000; success++) account.deposit()
      expect(account.balance).toBe(Math.round(ratio * 1_000_000))
      expect(account.withdraw()).toBe(true)
    }
  })

  it('rounds a ratio down to millionths, never up', { timeout: 30_000 }, () => {
    const earned = (ratio: number): number => {
      const account = budget({ ratio, initial: 0, max: 100 })
      account.deposit()
      return account.balance
    }
    expect(earned(2 / 3)).toBe(0.666666)
    expect(earned(0.000_001_9)).toBe(0.000001)
    fc.assert(
      fc.property(fc.double({ min: 0.000_001, max: 10, noNaN: true }), (ratio) => {
        expect(earned(ratio)).toBeLessThanOrEqual(ratio)
        expect(ratio - earned(ratio)).toBeLessThan(0.000_001)
      }),
      { numRuns: 10_000 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), (millionths) => {
        expect(earned(millionths / 1_000_000)).toBe(millionths / 1_000_000)
      }),
      { numRuns: 10_000 },
    )
  })

  it('neither keeps nor changes its options, and shares nothing with another made from them', () => {
    const options = Object.freeze({ ratio: 0.2, initial: 1, max: 1 })
    const one = budget(options)
    const other = budget(options)
    expect(one.withdraw()).toBe(true)
    expect(other.balance).toBe(1)
  })

  it('takes undefined for the default', () => {
    const account = budget({ ratio: undefined, initial: undefined, max: undefined, name: undefined })
    account.withdraw()
    account.deposit()
    expect(account.balance).toBe(4.1)
  })

  it('shows its name and options in a description', () => {
    const account = budget({ ratio: 0.2, name: 'orders' })
    const policy = definePolicy({ kind: 'spending', layer: (inner) => inner, options: () => ({ budget: account }) })
    expect(description(policy).options).toEqual({
      budget: { name: 'orders', policy: 'budget', options: { ratio: 0.2, initial: 5, max: 5 } },
    })
  })
})

describe('the bound of a budget', () => {
  type Step = 'deposit' | 'withdraw' | 'refund'
  const steps = fc.array(
    fc.oneof(
      { arbitrary: fc.constant<Step>('deposit'), weight: 4 },
      { arbitrary: fc.constant<Step>('withdraw'), weight: 4 },
      { arbitrary: fc.constant<Step>('refund'), weight: 1 },
    ),
    { maxLength: 200 },
  )
  const settings = fc
    .record({
      millionths: fc.integer({ min: 0, max: 3_000_000 }),
      initial: fc.integer({ min: 0, max: 20 }),
      room: fc.integer({ min: 0, max: 20 }),
    })
    .map(({ millionths, initial, room }) => ({
      ratio: millionths / 1_000_000,
      initial,
      max: Math.max(1, initial + room),
    }))

  /** Per step: 1 for a success, and 1 or -1 for an extra attempt that was paid or paid back. */
  function play(account: Budget, program: readonly Step[]): { successes: number[]; extra: number[] } {
    const successes: number[] = []
    const extra: number[] = []
    let paid = 0
    for (const step of program) {
      let net = 0
      if (step === 'deposit') account.deposit()
      else if (step === 'withdraw') net = account.withdraw() ? 1 : 0
      else if (paid > 0) {
        account.refund()
        net = -1
      }
      paid += net
      successes.push(step === 'deposit' ? 1 : 0)
      extra.push(net)
    }
    return { successes, extra }
  }

  const sums = (numbers: readonly number[]): number[] => {
    const all = [0]
    for (const number of numbers) all.push((all.at(-1) ?? 0) + number)
    return all
  }

  it('holds from the start: extra attempts are at most ratio × successes + initial', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(settings, steps, (options, program) => {
        const { successes, extra } = play(budget(options), program)
        const earned = sums(successes)
        const over = sums(extra).map((paid, at) => paid - (earned[at] ?? 0) * options.ratio)
        expect(Math.max(...over)).toBeLessThanOrEqual(options.initial + 1e-9)
      }),
      { numRuns: 10_000 },
    )
  })

  it('holds over every window: extra attempts are at most ratio × successes + max', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(settings, steps, (options, program) => {
        const { successes, extra } = play(budget(options), program)
        const earned = sums(successes)
        const paid = sums(extra)
        // The most of any window that ends here, found in one pass.
        let least = 0
        let most = 0
        paid.forEach((total, at) => {
          const surplus = total - (earned[at] ?? 0) * options.ratio
          least = Math.min(least, surplus)
          most = Math.max(most, surplus - least)
        })
        expect(most).toBeLessThanOrEqual(options.max + 1e-9)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is that of exact sums: a slow model in whole millionths agrees at each step', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(settings, steps, (options, program) => {
        const account = budget(options)
        const one = 1_000_000n
        const most = BigInt(options.max) * one
        const earned = BigInt(Math.round(options.ratio * 1_000_000))
        let amount = BigInt(options.initial) * one
        const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
        const balances: number[] = []
        const expected: number[] = []
        for (const step of program) {
          if (step === 'deposit') {
            account.deposit()
            amount = least(amount + earned, most)
          } else if (step === 'refund') {
            account.refund()
            amount = least(amount + one, most)
          } else {
            const paid = account.withdraw()
            if (paid !== amount >= one) expect.fail(`${paid} at a balance of ${amount} millionths`)
            if (paid) amount -= one
          }
          balances.push(account.balance)
          expected.push(Number(amount) / 1_000_000)
        }
        expect(balances).toEqual(expected)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is reached: a storm gets all that was saved, and not one attempt more', () => {
    const account = budget({ ratio: 0.1, initial: 10, max: 10 })
    for (let success = 0; success < 1_000; success++) account.deposit()
    expect(emptied(account)).toBe(10)
    for (let success = 0; success < 95; success++) account.deposit()
    expect(emptied(account)).toBe(9)
  })
})
