import { type ResilientDispatch, resilientDispatch } from '@holdfast/undici'
import { Agent, type Dispatcher, interceptors } from 'undici'

/** One for the whole program: it keeps a breaker and a budget for each service. */
export const resilient: ResilientDispatch = resilientDispatch({
  timeout: 5_000,
  attemptTimeout: 1_000,
  breaker: { consecutive: 3 },
  onEvent: ({ type, key }) => console.log('  ', type, key),
})

/** Answers that may be kept are; other requests go out, each attempt to an address that is asked for anew. */
export function dispatcher(): Dispatcher {
  return new Agent({ connections: 50 }).compose(interceptors.dns(), resilient, interceptors.cache())
}
