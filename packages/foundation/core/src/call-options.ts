import type { Call, Priority } from './call.ts'
import type { Classify } from './verdict.ts'

export interface CallOptions {
  /** Aborts the call: `execute` rejects at once with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for the whole call, whatever the policy; above 0, `Infinity` for none. */
  readonly timeout?: number | undefined
  /** What is called: the default key of keyed policies and a label in telemetry. */
  readonly key?: string | undefined
  /** `'normal'` unless given, and never above the call around it. */
  readonly priority?: Priority | undefined
  /** Anything of yours; operations, `key` functions and `classify` can read it. */
  readonly context?: unknown
  /** Judges the outcomes of this call in place of the pipeline's own function. */
  readonly classify?: Classify | undefined
  /** The call that this one is part of: the ambient call unless given, `null` for none. */
  readonly parent?: Call | null | undefined
}
