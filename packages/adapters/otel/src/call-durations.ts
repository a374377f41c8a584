import type { AttemptAnswered, CallAnswered, CallEvent } from '@holdfast/core'
import type { Attributes } from '@opentelemetry/api'
import type { DurationSink } from './duration-producer.ts'
import { errorTypeOf } from './error-type.ts'
import { type InstrumentName, instruments } from './instruments.ts'
import { capped } from './labels.ts'
import { SeriesTable } from './series.ts'

type SinkOf = (name: InstrumentName) => DurationSink
type KeyLabel = (key: string | undefined) => string | undefined

/** How many kinds of errors are told apart. */
const ERROR_TYPES = 100

/** Measures every call and every attempt: the one thing that is done when nothing fails, so it is kept short. */
export class CallDurations {
  private readonly calls: Durations
  private readonly attempts: Durations

  constructor(sinkOf: SinkOf, maxSeries: number, keyLabel: KeyLabel) {
    this.calls = new Durations('holdfast.call.duration', sinkOf, maxSeries, keyLabel)
    this.attempts = new Durations('holdfast.attempt.duration', sinkOf, maxSeries, keyLabel)
  }

  record(event: CallEvent): void {
    if (event.type === 'call.answered') this.calls.record(event)
    else this.attempts.record(event)
  }
}

class Durations {
  private readonly sink: DurationSink
  private readonly series: SeriesTable
  private readonly keyLabel: KeyLabel
  private readonly errorType = capped(ERROR_TYPES)
  /** By policy: the attributes of what went well and has no key. */
  private readonly usual = new Map<string, Attributes>()

  constructor(name: InstrumentName, sinkOf: SinkOf, maxSeries: number, keyLabel: KeyLabel) {
    this.sink = sinkOf(name)
    this.series = new SeriesTable(maxSeries, instruments[name].attributes)
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
