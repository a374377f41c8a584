import { fork } from 'node:child_process'
import type { Group } from './group.ts'
import { median, quantile } from './statistics.ts'

/** A contender, as it was found. */
export interface Row {
  readonly name: string
  /** CPU time of a request, in µs. */
  readonly cpu: number
  readonly quick: number
  /** The median of the ratios of neighbouring batches. */
  readonly ratio: number
  readonly quickRatio: number
  readonly line: number | undefined
}

/** The CPU times of each contender in one round, in µs a request. */
export type Round = Readonly<Record<string, number>>

export function rowsOf({ base, contenders, lines }: Group, rounds: readonly Round[]): Row[] {
  const of = (name: string) => rounds.map((round) => round[name] ?? Number.NaN)
  const quickBase = quantile(of(base), 0.1)
  return Object.keys(contenders).map((name) => {
    const ratios = rounds.map((round) => (round[name] ?? Number.NaN) / (round[base] ?? Number.NaN))
    const quick = quantile(of(name), 0.1)
    return {
      name,
      cpu: median(of(name)),
      quick,
      ratio: median(ratios),
      quickRatio: quick / quickBase,
      line: lines[name],
    }
  })
}

/** Measures a group in `processes` client processes, one after the other, against a server of its own. */
export async function measure(group: Group, processes: number): Promise<Row[]> {
  const server = fork(new URL('./server.ts', import.meta.url))
  const url = await message<string>(server)
  const rounds: Round[] = []
  for (let one = 0; one < processes; one++) {
    rounds.push(...(await message<Round[]>(fork(new URL('./client.ts', import.meta.url), [group.name, url]))))
  }
  server.disconnect()
  return rowsOf(group, rounds)
}

function message<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (told) => resolve(told as T))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)))
  })
}
