import { checkDuration, checkNumber, kindOf } from '../checks.ts'

interface Episode {
  /** When it begins, in ms since the network was made; 0 if it is not said. */
  readonly from?: number
  /** When it is over; never if it is not said. */
  readonly until?: number
}

/** All work goes on at a share of its speed. */
export interface Brownout extends Episode {
  readonly type: 'brownout'
  /** What is left of the capacity: 0.1 for a tenth. */
  readonly capacity: number
}

/** Nothing moves: what is being served stands still, what comes waits, and both go on when it is over. */
export interface Hang extends Episode {
  readonly type: 'hang'
}

/** Requests are answered with an error as soon as they come, and cost the server nothing. */
export interface Failing extends Episode {
  readonly type: 'fail'
  /** The share of the requests that fail: all of them, 1, if it is not said. */
  readonly rate?: number
}

/** What goes wrong at a server, and when. Where several do at once, the worst of a kind counts. */
export type Fault = Brownout | Hang | Failing

export function checkFaults(faults: readonly Fault[]): void {
  if (!Array.isArray(faults)) throw new TypeError(`faults must be an array, got ${kindOf(faults)}`)
  for (const fault of faults) checkFault(fault)
}

function checkFault(fault: Fault): void {
  if (typeof fault !== 'object' || fault === null)
    throw new TypeError(`a fault must be an object, got ${kindOf(fault)}`)
  const { type, from = 0, until = Number.POSITIVE_INFINITY } = fault
  if (type === 'brownout') checkShare('capacity', fault.capacity)
  else if (type === 'fail') checkShare('rate', fault.rate ?? 1)
  else if (type !== 'hang') throw new RangeError(`type must be 'brownout', 'hang' or 'fail', got ${String(type)}`)
  checkDuration('from', from)
  checkDuration('until', until)
  if (until < from) throw new RangeError(`until must be from (${from}) or more, got ${until}`)
}

function checkShare(name: string, value: number): void {
  checkNumber(name, value)
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be a number from 0 to 1, got ${value}`)
}
