export { currentCall, runInCall } from './ambient.ts'
export type { AbortedBy, Call, Priority } from './call.ts'
export type { AttemptAnswered, AttemptStarted, CallAnswered, CallEvent } from './call-events.ts'
export type { CallFacts } from './call-facts.ts'
export {
  type AbortListener,
  CallNode,
  type IdleListener,
  type Meter,
  type MeteredRun,
  nodeOf,
  type Trip,
} from './call-node.ts'
export type { CallOptions } from './call-options.ts'
export { ChildCall } from './child-call.ts'
export { classify } from './classify.ts'
export { type Clock, systemClock, type Timer } from './clock.ts'
export { type Around, type Next, policy } from './custom-policy.ts'
export { DeadlineQueue, type Expiring } from './deadline-queue.ts'
export { deadlinesFor } from './deadline-queues.ts'
export { type DerivedCallOptions, deriveCall } from './derived-call.ts'
export { describe } from './describe.ts'
export { type Describable, describing, type PolicyDescription } from './description.ts'
export {
  isRefusedError,
  isResilienceError,
  RefusedError,
  ResilienceError,
  type ResilienceErrorOptions,
  TimeoutError,
} from './errors.ts'
export { type EventListener, type Events, type PolicyEvent, policyEvents } from './events.ts'
export { guarded } from './guarded.ts'
export { judge, judgeError, judgeValue } from './judge.ts'
export { checkMaxKeys, type KeyedState, type KeyedStateOptions, keyedState } from './keyed-state.ts'
export { type Observable, type Observation, observable, observables, observing } from './observable.ts'
export type { Operation, Run, Sink } from './operation.ts'
export {
  checkCount,
  checkDuration,
  checkFunction,
  checkLimit,
  checkMethods,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  type NumberRule,
  wrongType,
  wrongValue,
} from './option-checks.ts'
export { type PermitHolder, permit } from './permit.ts'
export { type FallbackOf, pipeline } from './pipeline.ts'
export { definePolicy, type Policy, type PolicyDefinition } from './policy.ts'
export { type Random, systemRandom } from './random.ts'
export type { TimeLimit } from './time-limit.ts'
export { type Classify, defaultClassify, type Outcome, type Verdict } from './verdict.ts'
export { type WrapOptions, wrap, wrapCall } from './wrap.ts'
