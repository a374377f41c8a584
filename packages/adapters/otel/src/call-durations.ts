import type { AttemptAnswered, CallAnswered, CallEvent } from '@holdfast/core'
import type { Attributes, Histogram } from '@opentelemetry/api'
import { errorTypeOf } from './error-type.ts'
import { capped } from './labels.ts'
import type { Recorder } from './recorder.ts'
import type { SeriesTable } from './series.ts'

/** How many kinds of errors are told apart. */
const ERROR_TYPES = 100

/** Measures every call and every attempt: the one thing that is done when nothing fails, so it is kept short. */
export class CallDurations {
  private readonly calls: Durations
  private readonly attempts: Durations

  constructor(recorder: Recorder, keyLabel: (key: string | undefined) => string | undefined) {
    this.calls = new Durations(recorder.histogram('holdfast.call.duration'), keyLabel)
    this.attempts = new Durations(recorder.histogram('holdfast.attempt.duration'), keyLabel)
  }

  record(event: CallEvent): void {
    if (event.type === 'call.answered') this.calls.record(event)
    else this.attempts.record(event)
  }
}

class Durations {
  private readonly sink: Histogram
  private readonly series: SeriesTable
  private readonly keyLabel: (key: string | undefined) => string | undefined
  private readonly errorType = capped(ERROR_TYPES)
  /** By policy: the attributes of what went well and has no key. */
  private readonly usual = new Map<string, Attributes>()

  constructor(
    { sink, series }: { readonly sink: Histogram; readonly series: SeriesTable },
    keyLabel: (key: string | undefined) => string | undefined,
  ) {
    this.sink = sink
    this.series = series
    this.keyLabel = keyLabel
  }

  record(event: CallAnswered | AttemptAnswered): void {
    const { outcome, health, policy } = event
    const key = this.keyLabel(event.key)
    const usual = outcome.ok && health === 'success' && key === undefined
    const known = usual ? this.usual.get(policy) : undefined
    const attributes = known ?? this.attributesOf(event, key)
    // As many as there are series, so that policies without end fill no map.
    if (usual && known === undefined && this.usual.size < this.series.max) this.usual.set(policy, attributes)
    this.sink.record((outcome.duration ?? 0) / 1_000, attributes)
  }

  private attributesOf(
    { outcome, health, policy }: CallAnswered | AttemptAnswered,
    key: string | undefined,
  ): Attributes {
    const type = errorTypeOf(outcome, health)
    return this.series.at({
      'holdfast.policy.name': policy,
      'holdfast.health': health === 'success' ? undefined : health,
      'error.type': type === undefined ? undefined : this.errorType(type),
      'holdfast.key': key,
    })
  }
}
