export { type Budget, budget } from './budget.ts'
export type { BudgetOptions } from './options.ts'
export { payForRequest, payForSuccess } from './pay-in.ts'
export { payBack, payForAttempt } from './pay-out.ts'
