import { allocatedBy, collectYoung } from './garbage.ts'
import { freshLoop, type Loop } from './loop.ts'
import { type Row, rowOf } from './row.ts'
import { seeded, shuffled } from './shuffle.ts'

/** What is measured: does one call and answers when it is over. */
export type Contender = (() => Promise<unknown>) | ContenderWithin

/** A contender whose calls all happen inside something, which is not part of the cost. */
interface ContenderWithin {
  readonly call: () => Promise<unknown>
  /** Runs a batch, and waits for it. */
  readonly within: (batch: () => Promise<void>) => Promise<void>
}

export interface MeasureOptions {
  /** How often each contender is timed. @default 15 */
  readonly rounds?: number | undefined
  /** How many calls are timed at a time. @default 20_000 */
  readonly batch?: number | undefined
  /** Milliseconds a batch may take; a contender that needs more gets a smaller batch. @default 50 */
  readonly longest?: number | undefined
  /** How many times the bytes are counted; they hardly vary. @default 5 */
  readonly countings?: number | undefined
  /** Decides the order within each round. @default 1 */
  readonly seed?: number | undefined
}

interface Lane extends ContenderWithin {
  readonly name: string
  readonly loop: Loop
  batch: number
  readonly times: number[]
  readonly bytes: number[]
}

/**
 * Times the contenders against each other in this process. Each round runs a batch of every one, in an order of its own, so
 * that a machine that slows down slows all of them. Bytes are counted afterwards, apart from the timing.
 */
export async function measure(
  contenders: Readonly<Record<string, Contender>>,
  { rounds = 15, batch = 20_000, longest = 50, countings = 5, seed = 1 }: MeasureOptions = {},
): Promise<Row[]> {
  const lanes = Object.entries(contenders).map(([name, contender]) => laneOf(name, contender, batch))
  const random = seeded(seed)
  for (let warmUp = 0; warmUp < 3; warmUp++) {
    for (const lane of shuffled(lanes, random)) {
      const ns = await timed(lane)
      lane.batch = Math.min(batch, Math.ceil((longest * 1e6) / ns))
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const lane of shuffled(lanes, random)) lane.times.push(await timed(lane))
  }
  for (let counting = 0; counting < countings; counting++) {
    for (const lane of shuffled(lanes, random)) lane.bytes.push(await counted(lane))
  }
  return lanes.map(({ name, times, bytes }) => rowOf(name, times, bytes))
}

function laneOf(name: string, contender: Contender, batch: number): Lane {
  const { call, within } = typeof contender === 'function' ? { call: contender, within: directly } : contender
  return { name, call, within, loop: freshLoop(), batch, times: [], bytes: [] }
}

async function directly(batch: () => Promise<void>): Promise<void> {
  await batch()
}

async function timed({ call, within, loop, batch }: Lane): Promise<number> {
  let elapsed = 0n
  collectYoung()
  await within(async () => {
    const start = process.hrtime.bigint()
    await loop(call, batch)
    elapsed = process.hrtime.bigint() - start
  })
  return Number(elapsed) / batch
}

async function counted({ call, within, loop, batch }: Lane): Promise<number> {
  return (await allocatedBy(() => within(() => loop(call, batch)))) / batch
}
