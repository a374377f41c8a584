import type { Recording } from '../recording/recording.ts'

/** How far things are. */
export interface Progress {
  /** What is running: the name of an experiment, or a URL. */
  readonly title: string
  readonly arm: string
  readonly seed: number
  /** Which run it is, from 0. */
  readonly run: number
  /** How many there will be. */
  readonly runs: number
  /** How far this run is, from 0 to 1. */
  readonly share: number
  /** What has been recorded so far. */
  readonly recording: Recording
}

export type ProgressListener = (progress: Progress) => void
