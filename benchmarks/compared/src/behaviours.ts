import { type Behaviour, CLIENTS, LIBRARIES, type Section } from './behaviour.ts'
import { abortInBackoff } from './behaviours/abort-in-backoff.ts'
import { abortedProbe } from './behaviours/aborted-probe.ts'
import { brokenListener } from './behaviours/broken-listener.ts'
import { callerAbort } from './behaviours/caller-abort.ts'
import { callsInFlight } from './behaviours/calls-in-flight.ts'
import { earlierCalls } from './behaviours/earlier-calls.ts'
import { errorBody } from './behaviours/error-body.ts'
import { failingHedge } from './behaviours/failing-hedge.ts'
import { failureCost } from './behaviours/failure-cost.ts'
import { hedgeLoad } from './behaviours/hedge-load.ts'
import { hedgeLosers } from './behaviours/hedge-losers.ts'
import { hungProbe } from './behaviours/hung-probe.ts'
import { idleTimers } from './behaviours/idle-timers.ts'
import { idleWindow } from './behaviours/idle-window.ts'
import { jitterAtTheCap } from './behaviours/jitter-at-the-cap.ts'
import { jitterOptions } from './behaviours/jitter-options.ts'
import { lateRejection } from './behaviours/late-rejection.ts'
import { manyQueuedAborts } from './behaviours/many-queued-aborts.ts'
import { manyTimeouts } from './behaviours/many-timeouts.ts'
import { monthLongTimeout } from './behaviours/month-long-timeout.ts'
import { neutralOutcomes } from './behaviours/neutral-outcomes.ts'
import { noFallbackForAborts } from './behaviours/no-fallback-for-aborts.ts'
import { nobodyWaits } from './behaviours/nobody-waits.ts'
import { nothingAfterTheAnswer } from './behaviours/nothing-after-the-answer.ts'
import { openTime } from './behaviours/open-time.ts'
import { postOnce } from './behaviours/post-once.ts'
import { postRefused } from './behaviours/post-refused.ts'
import { priorities } from './behaviours/priorities.ts'
import { processExit } from './behaviours/process-exit.ts'
import { putAgain } from './behaviours/put-again.ts'
import { queuedAbort } from './behaviours/queued-abort.ts'
import { queuedContext } from './behaviours/queued-context.ts'
import { retryAfter } from './behaviours/retry-after.ts'
import { retryAfterCap } from './behaviours/retry-after-cap.ts'
import { retryAfterDeadline } from './behaviours/retry-after-deadline.ts'
import { retryBudget } from './behaviours/retry-budget.ts'
import { sameError } from './behaviours/same-error.ts'
import { slotsHeld } from './behaviours/slots-held.ts'
import { stalledLoop } from './behaviours/stalled-loop.ts'
import { strictOrder } from './behaviours/strict-order.ts'
import { timedOutAttempt } from './behaviours/timed-out-attempt.ts'
import { timeoutOfOneCall } from './behaviours/timeout-of-one-call.ts'
import { wallClock } from './behaviours/wall-clock.ts'

/** The table, in the order of its rows. */
export const sections: readonly Section[] = [
  {
    title: 'Retry and fallback',
    libraries: LIBRARIES,
    behaviours: [
      jitterAtTheCap,
      jitterOptions,
      abortInBackoff,
      nothingAfterTheAnswer,
      retryAfter,
      retryAfterDeadline,
      retryBudget,
      noFallbackForAborts,
      sameError,
      brokenListener,
    ],
  },
  {
    title: 'Timeout',
    libraries: LIBRARIES,
    behaviours: [
      callerAbort,
      timeoutOfOneCall,
      manyTimeouts,
      stalledLoop,
      monthLongTimeout,
      lateRejection,
      processExit,
    ],
  },
  {
    title: 'Circuit breaker',
    libraries: LIBRARIES,
    behaviours: [
      earlierCalls,
      hungProbe,
      abortedProbe,
      nobodyWaits,
      neutralOutcomes,
      idleWindow,
      callsInFlight,
      failureCost,
      openTime,
      wallClock,
      idleTimers,
    ],
  },
  {
    title: 'Bulkhead and queue',
    libraries: LIBRARIES,
    behaviours: [slotsHeld, strictOrder, queuedAbort, manyQueuedAborts, queuedContext, priorities],
  },
  { title: 'Hedge', libraries: LIBRARIES, behaviours: [failingHedge, hedgeLosers, hedgeLoad] },
  {
    title: 'HTTP clients',
    libraries: CLIENTS,
    behaviours: [putAgain, postOnce, errorBody, retryAfterCap, timedOutAttempt, postRefused],
  },
]

export function behaviourNamed(name: string): Behaviour<string> {
  const found = sections.flatMap(({ behaviours }) => behaviours).find((behaviour) => behaviour.name === name)
  if (found === undefined) throw new Error(`there is no behaviour '${name}'`)
  return found
}
