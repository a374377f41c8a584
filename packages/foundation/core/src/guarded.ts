import { inspect } from 'node:util'

/**
 * `fn` as something that cannot fail: what a listener of the user's throws, or rejects with, changes nothing and is reported
 * once as a process warning. `what` names it there: `onEvent of 'timeout'`.
 */
export function guarded<A>(what: string, fn: (argument: A) => unknown): (argument: A) => void {
  let reported = false
  const report = (error: unknown): void => {
    if (reported) return
    reported = true
    process.emitWarning(`${what} failed; this is told once. It said: ${shown(error)}`, {
      type: 'HoldfastWarning',
      code: 'HOLDFAST_LISTENER',
    })
  }
  return (argument) => {
    try {
      const result = fn(argument)
      if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(report)
    } catch (error) {
      report(error)
    }
  }
}

/** An object may fail at being shown, too. */
function shown(error: unknown): string {
  try {
    return inspect(error)
  } catch {
    return 'something that cannot be shown'
  }
}
