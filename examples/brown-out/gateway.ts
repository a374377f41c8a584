import type { Gateway } from '@holdfast/load'
import { holdfastPolicies } from './holdfast-policies.ts'
import { naively } from './naively.ts'

export interface Settings {
  readonly policies: 'naive' | 'holdfast'
}

/** How long one attempt may take, in ms: the same for both services. */
export const patience = 500

/** A service that asks its dependency once for each request that it gets. */
export const gateway: Gateway<Settings> = ({ settings, upstream, gauge }) => {
  const ask = async (signal: AbortSignal): Promise<string> => {
    const answer = await fetch(upstream, { signal })
    if (!answer.ok) throw new Error(`the dependency answered ${answer.status}`)
    return answer.text()
  }
  const { policy, extra } = holdfastPolicies(patience)
  const answer =
    settings.policies === 'naive' ? () => naively(ask, patience) : () => policy.execute(({ signal }) => ask(signal))
  if (settings.policies === 'holdfast') gauge('retry budget', () => extra.balance)

  return async (_, response) => {
    try {
      response.end(await answer())
    } catch {
      response.writeHead(503).end()
    }
  }
}
