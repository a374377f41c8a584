export { LoadError } from './errors.ts'
export { type Experiment, experiment } from './experiment/experiment.ts'
export type { RequestOptions } from './experiment/mix.ts'
export type { ArmOptions, ExperimentOptions, LoadOptions } from './experiment/options.ts'
export type { Progress, ProgressListener } from './experiment/progress.ts'
export type { Result } from './experiment/result.ts'
export { type RunExperimentOptions, runExperiment } from './experiment/run-experiment.ts'
export type { Gateway, GatewayContext, GatewayService } from './gateway/gateway.ts'
export type { GaugeReading, PolicyReport } from './gateway/reports.ts'
export type { Pace } from './process/messages.ts'
export type { Durations } from './recording/histogram.ts'
export type { Recording, Second } from './recording/recording.ts'
export { figureOf, type Part, type Period, type Run } from './recording/run.ts'
export type { Machine } from './report/machine.ts'
export { pictureOf } from './report/picture.ts'
export {
  type Figures,
  type PlainArm,
  type PlainResult,
  type PlainRun,
  type PlainSecond,
  type PlainVerdict,
  toPlain,
} from './report/plain.ts'
export { reportOf } from './report/report.ts'
export type { RunTargetOptions } from './target/options.ts'
export { runTarget } from './target/run-target.ts'
export { tableOf } from './terminal/table.ts'
export type { UpstreamCounts } from './upstream/counts.ts'
export type { Brownout, Fail, Fault, Hang, Outage, Reset, Slow } from './upstream/fault.ts'
export {
  between,
  type Exponential,
  exponentially,
  type Latency,
  type Mixture,
  mixture,
  type Uniform,
} from './upstream/latency.ts'
export type { UpstreamOptions } from './upstream/options.ts'
export type { Judgement } from './verdict/judge.ts'
export { figure, type Measure, measure, ratio, type Trial, type Verdict } from './verdict/verdict.ts'
