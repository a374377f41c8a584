/** Calls `contender` again and again, each time waiting for its promise. */
export type Loop = (contender: () => Promise<unknown>, times: number) => Promise<void>

/**
 * A plain loop compiled anew, so that each contender has a call site of its own: with a loop that all share, the engine
 * would optimise for whichever contender came first and none would be inlined.
 */
export function freshLoop(): Loop {
  return new Function('return async (contender, times) => { for (let i = 0; i < times; i++) await contender() }')()
}
