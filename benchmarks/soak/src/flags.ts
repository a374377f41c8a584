import { parseArgs } from 'node:util'
import { type Leak, leaks } from './leak.ts'

/** What the command line says. */
export interface Flags {
  readonly calls: number
  readonly seed: number
  /** What is to be left behind on purpose. */
  readonly leak: Leak | undefined
  readonly write: boolean
}

export function flagsOf(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '10000000' },
      seed: { type: 'string', default: '1' },
      leak: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  return {
    calls: countOf('calls', values.calls),
    seed: countOf('seed', values.seed),
    leak: values.leak === undefined ? undefined : leakOf(values.leak),
    write: values.write,
  }
}

function countOf(flag: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new RangeError(`--${flag} must be an integer from 1 up, got ${text}`)
}

function leakOf(text: string): Leak {
  const leak = leaks.find((one) => one === text)
  if (leak === undefined) throw new RangeError(`--leak must be one of ${leaks.join(', ')}, got ${text}`)
  return leak
}
