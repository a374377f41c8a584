import { type Attributes, type Span, trace } from '@opentelemetry/api'
import { errorTypeOf } from './error-type.ts'
import type { Rule } from './rules.ts'
import { type Told, wordIn } from './told.ts'

/** Notes what a policy told on the span that is active, if one is and it is recorded. */
export function noteOnSpan(kind: string, rule: Rule, told: Told, key: string | undefined): void {
  const span = recordedSpan()
  if (span === undefined) return
  span.addEvent(`holdfast.${told.type}`, notesOf(kind, rule, told, key))
  if (rule.decision !== undefined) span.setAttribute('holdfast.decision', rule.decision)
}

/** The active span, unless nothing would come of what is put on it. */
export function recordedSpan(): Span | undefined {
  const span = trace.getActiveSpan()
  return span?.isRecording() ? span : undefined
}

/** The figures are as the event has them: times in ms. */
function notesOf(kind: string, rule: Rule, told: Told, key: string | undefined): Attributes {
  const notes: Attributes = { 'holdfast.policy.name': told.policy, 'holdfast.policy.kind': kind }
  const outcome = told['outcome'] as { ok?: unknown; error?: unknown } | undefined
  const words: Attributes = {
    'holdfast.decision': rule.decision,
    'holdfast.reason': wordIn(told, rule.reason),
    'holdfast.state': rule.state ?? wordIn(told, rule.stateField),
    'holdfast.key': key,
    'error.type': outcome?.ok === false ? errorTypeOf({ ok: false, error: outcome.error }, 'failure') : undefined,
  }
  for (const [name, value] of Object.entries(words)) if (value !== undefined) notes[name] = value
  for (const [name, value] of Object.entries(told)) {
    if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'boolean')
      notes[`holdfast.${snake(name)}`] = value
  }
  return notes
}

/** The semantic conventions write words_like_these. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
