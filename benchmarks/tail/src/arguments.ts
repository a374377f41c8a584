import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Arguments {
  /** The experiments that are wanted; all of them where none is named. */
  readonly names: readonly string[]
  readonly seeds: readonly number[]
  /** How many run at a time. */
  readonly jobs: number
  readonly quick: boolean
}

/** Reads a command line; what is wrong with it is said in a sentence. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      quick: { type: 'boolean', default: false },
    },
  })
  const { quick, jobs, seeds = quick ? '1' : '5' } = values
  const stranger = positionals.find((name) => !known.includes(name))
  if (stranger !== undefined) throw new RangeError(`there is no ${stranger}; there are ${known.join(', ')}`)
  return {
    names: positionals.length === 0 ? known : known.filter((name) => positionals.includes(name)),
    seeds: Array.from({ length: count('seeds', seeds) }, (_, at) => at + 1),
    jobs: count('jobs', jobs),
    quick,
  }
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new RangeError(`--${name} must be an integer from 1 to 999, got '${text}'`)
  return Number(text)
}
