import { Recording } from '../src/recording/recording.ts'
import type { Run } from '../src/recording/run.ts'

/** A request: when it was due, how long it took, its status, or a word for what went wrong, and its place in the mix. */
export type Told = readonly [due: number, took: number, outcome: number | string, request?: number]

export function recordingOf(requests: readonly Told[], names: readonly string[] = []): Recording {
  const recording = new Recording(names)
  const kinds = [...new Set(requests.flatMap(([, , outcome]) => (typeof outcome === 'string' ? [outcome] : [])))]
  recording.add({
    type: 'batch',
    due: Float64Array.from(requests, ([due]) => due),
    took: Float64Array.from(requests, ([, took]) => took),
    outcome: Int16Array.from(requests, ([, , outcome]) =>
      typeof outcome === 'number' ? outcome : -kinds.indexOf(outcome) - 1,
    ),
    request: Uint8Array.from(requests, ([, , , request = 0]) => request),
    kinds,
  })
  return recording
}

/** A run that nobody made. */
export function runOf(requests: readonly Told[], more: Partial<Run> = {}): Run {
  return {
    arm: 'arm',
    seed: 1,
    rate: 10,
    duration: 3_000,
    recording: recordingOf(requests),
    pace: { waited: 0, late: 0, latest: 0 },
    upstream: undefined,
    faults: [],
    policies: [],
    gauges: [],
    ...more,
  }
}

export const upstreamCounts = {
  requests: 6,
  served: 6,
  wasted: 0,
  failed: 0,
  refused: 0,
  reset: 0,
  hung: 0,
  mostAtOnce: 2,
  perSecond: [1, 2, 3],
}
