import type { Call } from './call.ts'
import { nodeOf } from './call-node.ts'
import { wrongValue } from './option-checks.ts'
import { defaultClassify, type Outcome, SUCCESS, type Verdict } from './verdict.ts'

const HEALTHS: readonly unknown[] = ['success', 'failure', 'neutral']

function checked(verdict: Verdict): Verdict {
  if (typeof verdict !== 'object' || verdict === null)
    return wrongValue('classify', 'a function that returns a verdict', verdict)
  if (!HEALTHS.includes(verdict.health)) {
    return wrongValue("classify's health", "one of 'success', 'failure', 'neutral'", verdict.health)
  }
  if (typeof verdict.retry !== 'boolean') return wrongValue("classify's retry", 'true or false', verdict.retry)
  const { retryAfter } = verdict
  if (retryAfter !== undefined && !(typeof retryAfter === 'number' && retryAfter >= 0)) {
    return wrongValue("classify's retryAfter", 'a number of milliseconds from 0 up', retryAfter)
  }
  return verdict
}

/** What {@link judge} says of a value; builds no outcome when nobody but the default would look at it. */
export function judgeValue(value: unknown, call: Call): Verdict {
  return nodeOf(call).facts.classify === undefined ? SUCCESS : judge({ ok: true, value }, call)
}

/** What {@link judge} says of an error. */
export function judgeError(error: unknown, call: Call): Verdict {
  return judge({ ok: false, error }, call)
}

/**
 * What the call's own `classify` says of `outcome`. Throws what that function throws, and a `RangeError` that names it
 * where its answer is no verdict: the policy that asks ends the call with that error.
 */
export function judge(outcome: Outcome, call: Call): Verdict {
  const { classify } = nodeOf(call).facts
  return classify === undefined ? defaultClassify(outcome, call) : checked(classify(outcome, call))
}
