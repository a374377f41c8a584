import type { Gateway } from '@holdfast/load'
import { budget, constant, retry } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  readonly retries: 'naive' | 'budgeted'
}

export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  if (settings.retries === 'naive') return answering(() => naively(() => textOf(upstream)))
  const extra = budget()
  gauge('retry budget', () => extra.balance)
  const policy = retry({ maxAttempts: 3, backoff: constant(10), budget: extra })
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

/** Three attempts, as they are written by hand. */
async function naively(ask: () => Promise<string>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}
