import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type AttemptStarted, type CallEvent, guarded, type Observable } from '@holdfast/core'
import { AttemptSpans } from './attempt-spans.ts'
import { CallDurations } from './call-durations.ts'
import type { DurationSink } from './duration-producer.ts'
import { Gauges } from './gauges.ts'
import type { InstrumentName } from './instruments.ts'
import { keyLabels } from './labels.ts'
import { measurementsOf, ruleOf } from './measurements.ts'
import { Observed } from './observed.ts'
import { checkObservable, type InstrumentOptions, resolveOptions } from './options.ts'
import { histogramOf, Recorder } from './recorder.ts'
import { rules } from './rules.ts'
import { SCOPE } from './scope.ts'
import { noteOnSpan, recordedSpan } from './span-events.ts'
import type { Told } from './told.ts'

/** Telemetry that is on, until it is disposed of. */
export interface Instrumentation extends Disposable {
  /** Adds something of one's own with a state; what the packages make is found by itself. It is held weakly. */
  observe(thing: Observable): void
}

/**
 * Makes metrics and spans of what all policies of the process tell, whoever made them and when, until it is disposed of. Call it after
 * the SDK was set up.
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  const resolved = resolveOptions(options)
  const { meterProvider, tracerProvider, spans, keys, maxKeys, maxSeries, buckets, observe } = resolved
  const meter = meterProvider.getMeter(SCOPE)
  const keyLabel = keyLabels(keys, maxKeys)
  const sinkOf = (name: InstrumentName): DurationSink =>
    resolved.durations?.sheet(name, buckets) ?? histogramOf(meter, name, buckets)
  const durations = new CallDurations(sinkOf, maxSeries, keyLabel)
  const recorder = new Recorder(meter, maxSeries, buckets)
  const observed = new Observed()
  for (const thing of observe) observed.add(thing)
  const attempts = spans === 'attempts' ? new AttemptSpans(tracerProvider.getTracer(SCOPE), keyLabel) : undefined
  const gauges = new Gauges(meter, maxSeries, () => observed.measured(keyLabel))

  function onEvent(kind: string, told: Told): void {
    const rule = ruleOf(kind, told)
    if (rule === undefined) return
    const key = keyLabel(told.key)
    for (const measurement of measurementsOf(kind, rule, told, key)) recorder.record(measurement)
    if (spans !== 'none') noteOnSpan(kind, rule, told, key)
  }

  function onCall(event: CallEvent): void {
    durations.record(event)
    if (event.type === 'attempt.answered') attempts?.end(event)
    else if (event.attempts !== 1 && spans !== 'none') recordedSpan()?.setAttribute('holdfast.attempts', event.attempts)
  }

  const subscriptions = new Map<string, (message: never) => void>([
    ...Object.keys(rules).map((kind) => [kind, (told: Told) => onEvent(kind, told)] as const),
    ['core', onCall],
  ])
  if (attempts !== undefined) subscriptions.set('attempts', (started: AttemptStarted) => attempts.begin(started))
  const listening = [...subscriptions].map(([channel, listener]) => listen(`holdfast:${channel}`, listener))

  return {
    observe: (thing) => observed.add(checkObservable(thing)),
    [Symbol.dispose]() {
      for (const stop of listening) stop()
      gauges.dispose()
    },
  }
}

/** Listens until what is returned is called. A meter or a tracer that throws is reported once and changes no call. */
function listen(channel: string, listener: (message: never) => void): () => void {
  const careful = guarded(`telemetry of '${channel}'`, listener) as (message: unknown) => void
  const onMessage = (message: unknown): void => careful(message)
  subscribe(channel, onMessage)
  return () => void unsubscribe(channel, onMessage)
}
