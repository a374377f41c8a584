import { type Machine, type Result, toPlain } from '@holdfast/load'

/** What an experiment came to, as it is kept for the page. */
export interface Finding {
  readonly name: string
  readonly claim: string
  readonly about: string
  readonly date: string
  readonly machine: Machine
  /** How many requests were sent late, as a share of all: what the machine could not do. */
  readonly late: number
  readonly seeds: readonly number[]
  readonly arms: readonly Arm[]
  readonly verdicts: readonly Outcome[]
  /** The same verdicts, where the policy is taken out. */
  readonly control: readonly Outcome[]
}

/** The medians of the seeds. */
interface Arm {
  readonly name: string
  readonly figures: Readonly<Record<Column, number | null>>
}

interface Outcome {
  readonly text: string
  readonly passed: boolean
  /** The median of the seeds. */
  readonly shown: string
  /** What each seed came to. */
  readonly values: readonly (number | null)[]
}

export const columns = ['p50', 'p99', 'p99.9', 'throughput', 'errors', 'amplification'] as const
type Column = (typeof columns)[number]

export function findingOf(name: string, claim: string, result: Result, control: Result): Finding {
  const { about, date, machine, arms } = toPlain(result)
  const requests = result.runs.reduce((sum, { recording }) => sum + recording.all.count, 0)
  return {
    name,
    claim,
    about,
    date: date.slice(0, 10),
    machine,
    late: rounded(result.runs.reduce((sum, { pace }) => sum + pace.late, 0) / requests) ?? 0,
    seeds: result.seeds,
    arms: arms.map(({ name: arm, median }) => ({
      name: arm,
      figures: Object.fromEntries(columns.map((column) => [column, rounded(median[column])])) as Arm['figures'],
    })),
    verdicts: outcomesOf(result),
    control: outcomesOf(control),
  }
}

export function holds({ verdicts }: Pick<Finding, 'verdicts'>): boolean {
  return verdicts.every(({ passed }) => passed)
}

/** Whether taking the policy out fails a verdict that holds with it: one that fails anyhow proves nothing. */
export function controlFails({ verdicts, control }: Pick<Finding, 'verdicts' | 'control'>): boolean {
  return control.some(({ passed }, at) => !passed && verdicts[at]?.passed === true)
}

function outcomesOf({ verdicts }: Result): Outcome[] {
  return verdicts.map(({ text, passed, shown, values }) => ({ text, passed, shown, values: values.map(rounded) }))
}

/** Four digits, so that the kept figures can be read. */
function rounded(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? Number(value.toPrecision(4)) : null
}
