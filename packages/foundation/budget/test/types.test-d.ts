import type { Call, Observable } from '@holdfast/core'
import { expectTypeOf } from 'vitest'
import { type Budget, budget, payForRequest, payForSuccess } from '../src/index.ts'

expectTypeOf(budget()).toEqualTypeOf<Budget & Observable>()
expectTypeOf(budget()).toExtend<Budget>()
budget({ ratio: undefined, initial: undefined, max: undefined, name: undefined })
expectTypeOf(budget().withdraw()).toEqualTypeOf<boolean>()
expectTypeOf(budget().balance).toEqualTypeOf<number>()

const own: Budget = { deposit() {}, withdraw: () => true, refund() {}, balance: Infinity }
expectTypeOf(payForRequest).toBeCallableWith(own, {} as Call)
expectTypeOf(payForSuccess).toBeCallableWith(own, {} as Call)

// @ts-expect-error: a balance is only read
budget().balance = 3
// @ts-expect-error: there is no such option
budget({ perSecond: 10 })
// @ts-expect-error: a budget can be paid back
const half: Budget = { deposit() {}, withdraw: () => true, balance: 0 }
half.withdraw()
