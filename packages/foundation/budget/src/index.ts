export { type Budget, budget } from './budget.ts'
export type { BudgetOptions } from './options.ts'
export { type Earning, payIn } from './pay-in.ts'
