import { experiment, figure, ratio } from '@holdfast/load'
import type { Settings } from './gateway.ts'

// The dependency has the capacity for 200 requests a second and gets 120. For three seconds it has a tenth of it.

const naive: Settings = { policies: 'naive' }
const holdfast: Settings = { policies: 'holdfast' }
/** The dependency has been well again for four seconds. */
const afterwards = { from: 10_000 }

export const brownOut = experiment({
  name: 'A brown-out, and what comes after it',
  about:
    'A dependency slows down to a tenth for three seconds. The naive service gives up after 500 ms and tries again at once, three times at most. The Holdfast service has a retry budget and a circuit breaker.',
  arms: { naive: { settings: naive }, holdfast: { settings: holdfast } },
  gateway: new URL('./gateway.ts', import.meta.url),
  upstream: { capacity: 200, faults: [{ type: 'brownout', capacity: 0.1, from: 3_000, until: 6_000 }] },
  load: { rate: 120, duration: 16_000, connections: 400, timeout: 5_000 },
  verdicts: [
    figure('goodput', 'naive', afterwards).below(0.5),
    figure('goodput', 'holdfast', afterwards).atLeast(0.95),
    ratio('p99', 'naive', 'holdfast', afterwards).atLeast(5),
    figure('amplification', 'holdfast').atMost(1.1),
  ],
})
