import type { Gateway } from '@holdfast/load'
import { budget, pipeline, retry, timeout } from 'holdfast'
import { answering, textOf } from '../answering.ts'

export interface Settings {
  readonly retries: 'none' | 'naive' | 'budgeted'
}

/** How long an attempt may take, in ms. */
const patience = 500

export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  if (settings.retries === 'naive') return answering(() => naively(upstream))
  const attempt = timeout(patience)
  const extra = budget()
  const policy = settings.retries === 'none' ? attempt : pipeline(retry({ maxAttempts: 3, budget: extra }), attempt)
  if (settings.retries === 'budgeted') gauge('retry budget', () => extra.balance)
  return answering(() => policy.execute(({ signal }) => textOf(upstream, signal)))
}

/** Three attempts, as they are written by hand. */
async function naively(upstream: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await textOf(upstream, AbortSignal.timeout(patience))
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}
