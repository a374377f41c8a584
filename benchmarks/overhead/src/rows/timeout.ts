import * as cockatiel from 'cockatiel'
import pTimeout from 'p-timeout'
import type { Group } from '../group.ts'
import { operation } from '../operation.ts'

const cooperative = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Cooperative)
const aggressive = cockatiel.timeout(60_000, cockatiel.TimeoutStrategy.Aggressive)

export const timeouts: Group = {
  title: 'timeout',
  contenders: {
    'cockatiel timeout, cooperative': () => cooperative.execute(() => operation()),
    'cockatiel timeout, aggressive': () => aggressive.execute(() => operation()),
    'p-timeout': () => pTimeout(operation(), { milliseconds: 60_000 }),
  },
  lines: [],
}
