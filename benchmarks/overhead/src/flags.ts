import { parseArgs } from 'node:util'

/** What the command line says. */
export interface Flags {
  readonly only: string
  readonly processes: number
  readonly rounds: number
  readonly batch: number
  readonly flights: number
  readonly check: boolean
}

export function flagsOf(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      processes: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '7' },
      batch: { type: 'string', default: '10000' },
      flights: { type: 'string', default: '1' },
      check: { type: 'boolean', default: false },
    },
  })
  return {
    only: values.only,
    processes: countOf('processes', values.processes),
    rounds: countOf('rounds', values.rounds),
    batch: countOf('batch', values.batch),
    flights: countOf('flights', values.flights),
    check: values.check,
  }
}

function countOf(flag: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new RangeError(`--${flag} must be an integer from 1 up, got ${text}`)
}
