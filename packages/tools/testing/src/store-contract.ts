import { bucketCases } from './store-contract/bucket-cases.ts'
import { Bench, type StoreContractCase, type StoreHarness } from './store-contract/harness.ts'
import { jointCases, stepCases } from './store-contract/joint-cases.ts'
import { leaseCases } from './store-contract/lease-cases.ts'
import { windowCases } from './store-contract/window-cases.ts'

export type { StoreContractCase, StoreHarness } from './store-contract/harness.ts'

/**
 * What a store of limits must do, as cases for any test runner. Memory and Redis pass them all, and so should a store of your own:
 * `for (const { name, run } of storeContract(harness)) it(name, run)`.
 */
export function storeContract(harness: StoreHarness): StoreContractCase[] {
  const groups = {
    'a token bucket': bucketCases,
    'a sliding window': windowCases,
    'a concurrency': leaseCases,
    'limits together': jointCases,
    ...(harness.setBack === undefined ? {} : { 'a clock': stepCases }),
  }
  return Object.entries(groups).flatMap(([group, cases]) =>
    Object.entries(cases).map(([name, check]) => ({ name: `${group}: ${name}`, run: () => runWith(harness, check) })),
  )
}

async function runWith(harness: StoreHarness, check: (bench: Bench) => Promise<void>): Promise<void> {
  const store = await harness.open()
  try {
    await check(new Bench(store, harness))
  } finally {
    await harness.close?.(store)
  }
}
