import { checkCount, checkDuration, checkNumber, checkOneOf, checkOptions, wrongType, wrongValue } from '@holdfast/core'
import { checkLatency, type Latency } from './latency.ts'

/** When a fault is there. Times are ms since the load began; there are none before, while it warms up. */
interface Episode {
  /** When it begins; 0 if it is not said. */
  readonly from?: number | undefined
  /** When it is over; never if it is not said. */
  readonly until?: number | undefined
}

/** A fault that strikes a share of the requests. */
interface Striking extends Episode {
  /** The share of the requests that it strikes: all of them, 1, if it is not said. */
  readonly rate?: number | undefined
}

/** Requests take longer. */
export interface Slow extends Striking {
  readonly type: 'slow'
  /** How much longer, in ms, whatever else they take. */
  readonly by: Latency
}

/** Requests are taken and not answered. */
export interface Hang extends Striking {
  readonly type: 'hang'
  /** How long until they are answered after all, in ms; never if it is not said. */
  readonly duration?: number | undefined
}

/** The connection breaks in place of an answer. */
export interface Reset extends Striking {
  readonly type: 'reset'
}

/** Requests are answered at once with an error, and cost the server nothing. */
export interface Fail extends Striking {
  readonly type: 'fail'
  /** The status of the answer: 503 if it is not said. */
  readonly status?: number | undefined
  /** The seconds in its `retry-after` header; it has none if it is not said. */
  readonly retryAfter?: number | undefined
}

/** All work goes on at a share of its speed, also what has begun. */
export interface Brownout extends Episode {
  readonly type: 'brownout'
  /** What is left of the capacity: 0.1 for a tenth. */
  readonly capacity: number
}

/** Some of the workers are away. What they have begun is finished. */
export interface Outage extends Episode {
  readonly type: 'outage'
  /** How many are away. */
  readonly workers: number
}

/** What goes wrong at an upstream. The first striking fault that strikes a request decides; slow ones add up. */
export type Fault = Slow | Hang | Reset | Fail | Brownout | Outage

export type StrikingFault = Exclude<Fault, Brownout | Outage>

const types = ['slow', 'hang', 'reset', 'fail', 'brownout', 'outage'] as const

export function checkFaults(name: string, faults: readonly Fault[]): readonly Fault[] {
  if (!Array.isArray(faults)) return wrongType(name, 'an array', faults)
  faults.forEach((fault, at) => {
    checkFault(`${name}[${at}]`, fault)
  })
  return faults
}

function checkFault(name: string, fault: Fault): void {
  const { type, from = 0, until = Number.POSITIVE_INFINITY } = checkOptions(name, fault)
  checkOneOf(`${name}.type`, type, types)
  checkNumber(`${name}.from`, from, 'a number of milliseconds from 0 up', {})
  checkNumber(`${name}.until`, until, 'a number of milliseconds, or Infinity', { max: Number.POSITIVE_INFINITY })
  if (until <= from) wrongValue(`${name}.until`, `above from (${from})`, until)
  if (fault.type === 'brownout') {
    checkNumber(`${name}.capacity`, fault.capacity, 'a share from 0 to 1', { max: 1 })
    if (fault.capacity === 0 && until === Number.POSITIVE_INFINITY)
      wrongValue(`${name}.capacity`, 'above 0 where the brown-out has no end', 0)
    return
  }
  if (fault.type === 'outage') {
    checkCount(`${name}.workers`, fault.workers)
    return
  }
  checkNumber(`${name}.rate`, fault.rate ?? 1, 'a share from 0 to 1', { max: 1 })
  if (fault.type === 'slow') checkLatency(`${name}.by`, fault.by)
  if (fault.type === 'hang' && fault.duration !== undefined) checkDuration(`${name}.duration`, fault.duration)
  if (fault.type === 'fail') checkFail(name, fault)
}

function checkFail(name: string, { status = 503, retryAfter }: Fail): void {
  checkNumber(`${name}.status`, status, 'an integer from 400 to 599', { min: 400, max: 599, integer: true })
  if (retryAfter !== undefined) checkNumber(`${name}.retryAfter`, retryAfter, 'a number of seconds from 0 up', {})
}
