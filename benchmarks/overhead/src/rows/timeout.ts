import { timeout } from '@holdfast/timeout'
import * as cockatiel from 'cockatiel'
import pTimeout from 'p-timeout'
import type { Group } from '../group.ts'
import { atMost } from '../line.ts'
import { operation, plainOperation } from '../operation.ts'

const ours = timeout(60_000)
const aggressive = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive)
const cooperative = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Cooperative)

export const timeouts: Group = {
  title: 'timeout',
  contenders: {
    timeout: () => ours.execute(operation),
    'timeout, plain value': () => ours.execute(plainOperation),
    'cockatiel timeout, aggressive': () => aggressive.execute(operation),
    'cockatiel timeout, cooperative': () => cooperative.execute(operation),
    'p-timeout': () => pTimeout(operation(), { milliseconds: 60_000 }),
  },
  lines: [atMost('timeout', 1.6, 'floor')],
}
