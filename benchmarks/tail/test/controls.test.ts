import { experiment, type Result, runExperiment } from '@holdfast/load'
import { expect, it } from 'vitest'
import { experiments } from '../src/experiments.ts'

// Those whose lines are about counts, which a busy machine does not change.
const steady = ['retry-amplification', 'rate-limit']

it.concurrent.each(experiments.filter(({ name }) => steady.includes(name)))(
  '$name holds with its policy, and fails without',
  {
    timeout: 120_000,
  },
  async ({ declare }) => {
    const run = (policy: boolean): Promise<Result> =>
      runExperiment(experiment(declare({ seeds: [1], quick: true, policy })))
    const failed = ({ verdicts }: Result): string[] =>
      verdicts.filter(({ passed }) => !passed).map(({ text, shown }) => `${text} (${shown})`)
    expect(failed(await run(true))).toEqual([])
    expect(failed(await run(false))).not.toEqual([])
  },
)
