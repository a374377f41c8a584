import type { Priority } from './call.ts'
import type { CallOptions } from './call-options.ts'
import { checkFunction, checkOneOf, wrongType } from './option-checks.ts'
import type { Classify } from './verdict.ts'

/** What the caller said of a call; handed down unchanged, so that children share one object. */
export interface CallFacts {
  readonly key: string | undefined
  readonly priority: Priority
  readonly context: unknown
  readonly classify: Classify | undefined
  /** Whether the caller himself gave `classify`, which then stands above any in the pipeline. */
  readonly classifyStated: boolean
}

/** Least important first. */
const PRIORITIES: readonly Priority[] = ['background', 'normal', 'critical']

const SAID_NOTHING: CallFacts = {
  key: undefined,
  priority: 'normal',
  context: undefined,
  classify: undefined,
  classifyStated: false,
}
const BACKGROUND: CallFacts = { ...SAID_NOTHING, priority: 'background' }
const CRITICAL: CallFacts = { ...SAID_NOTHING, priority: 'critical' }

/** The facts of a call whose caller said nothing; a priority comes down from the call around it. */
export function inheritedFacts(around: Priority): CallFacts {
  if (around === 'normal') return SAID_NOTHING
  return around === 'critical' ? CRITICAL : BACKGROUND
}

/** The less important of the two: what is part of a call never matters more than the call. */
function narrowed(stated: Priority, around: Priority): Priority {
  return PRIORITIES.indexOf(stated) < PRIORITIES.indexOf(around) ? stated : around
}

/** The facts in `options`, checked; `around` is the priority of the call around this one, if there is one. */
export function statedFacts(options: CallOptions, around: Priority | undefined): CallFacts {
  const { key, priority, context, classify } = options
  if (key === undefined && priority === undefined && context === undefined && classify === undefined) {
    return inheritedFacts(around ?? 'normal')
  }
  if (key !== undefined && typeof key !== 'string') wrongType('key', 'a string', key)
  if (classify !== undefined) checkFunction('classify', classify)
  const stated = priority === undefined ? (around ?? 'normal') : checkOneOf('priority', priority, PRIORITIES)
  return {
    key,
    priority: around === undefined ? stated : narrowed(stated, around),
    context,
    classify,
    classifyStated: classify !== undefined,
  }
}
