import { allocatedBy, collectYoung } from './garbage.ts'
import { freshLoop, type Loop } from './loop.ts'
import { seeded, shuffled } from './shuffle.ts'
import { median } from './statistics.ts'

/** What is measured: does one call and answers when it is over. */
export type Contender = () => Promise<unknown>

export interface MeasureOptions {
  /** How often each contender is timed. @default 15 */
  readonly rounds?: number | undefined
  /** How many calls are timed at a time. @default 20_000 */
  readonly batch?: number | undefined
  /** How many times the bytes are counted; they hardly vary. @default 5 */
  readonly countings?: number | undefined
  /** Decides the order within each round. @default 1 */
  readonly seed?: number | undefined
}

/** One contender's figures. */
export interface Row {
  readonly name: string
  /** Nanoseconds a call: the median of the rounds. */
  readonly ns: number
  /** The fastest and the slowest round: the noise. */
  readonly min: number
  readonly max: number
  /** Bytes a call allocates on the JavaScript heap: the median of the countings. */
  readonly bytes: number
}

interface Lane {
  readonly name: string
  readonly contender: Contender
  readonly loop: Loop
  readonly times: number[]
  readonly bytes: number[]
}

/**
 * Times the contenders against each other in this process. Each round runs a batch of every one, in an order of its own, so
 * that a machine that slows down slows all of them. Bytes are counted afterwards, apart from the timing.
 */
export async function measure(
  contenders: Readonly<Record<string, Contender>>,
  { rounds = 15, batch = 20_000, countings = 5, seed = 1 }: MeasureOptions = {},
): Promise<Row[]> {
  const lanes: Lane[] = Object.entries(contenders).map(([name, contender]) => {
    return { name, contender, loop: freshLoop(), times: [], bytes: [] }
  })
  const random = seeded(seed)
  for (let warmUp = 0; warmUp < 3; warmUp++) {
    for (const lane of shuffled(lanes, random)) await timed(lane, batch)
  }
  for (let round = 0; round < rounds; round++) {
    for (const lane of shuffled(lanes, random)) lane.times.push(await timed(lane, batch))
  }
  for (let counting = 0; counting < countings; counting++) {
    for (const lane of shuffled(lanes, random)) lane.bytes.push(await counted(lane, batch))
  }
  return lanes.map(({ name, times, bytes }) => {
    return { name, ns: median(times), min: Math.min(...times), max: Math.max(...times), bytes: median(bytes) }
  })
}

async function timed({ contender, loop }: Lane, batch: number): Promise<number> {
  collectYoung()
  const start = process.hrtime.bigint()
  await loop(contender, batch)
  return Number(process.hrtime.bigint() - start) / batch
}

async function counted({ contender, loop }: Lane, batch: number): Promise<number> {
  return (await allocatedBy(() => loop(contender, batch))) / batch
}
