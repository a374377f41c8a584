import {
  between,
  type Experiment,
  experiment,
  figure,
  type Gateway,
  mixture,
  type Result,
  ratio,
  runExperiment,
  runTarget,
} from '../src/index.ts'

const one: Experiment = experiment({
  name: 'one',
  arms: { naive: {}, hedged: { settings: { hedge: true } } },
  upstream: { latency: mixture([98, between(5, 15)], [2, 300]), faults: [{ type: 'hang', rate: 0.1 }] },
  gateway: new URL('file:///gateway.ts'),
  load: { rate: 100, duration: 1_000, mix: { reads: { share: 9 }, writes: { method: 'POST' } } },
  verdicts: [ratio('p99', 'naive', 'hedged', { of: 'reads' }).atLeast(8)],
})
export const running: Promise<Result> = runExperiment(one)
export const loading: Promise<Result> = runTarget('http://127.0.0.1', {
  rate: 1,
  duration: 1_000,
  expect: ['p99 < 1s'],
})

export const gateway: Gateway<{ readonly hedge: boolean }> = ({ settings, upstream, gauge }) => {
  gauge('hedge', () => (settings.hedge ? 1 : 0))
  return (request, response) => void response.end(`${request.url} of ${upstream}`)
}

// @ts-expect-error a measure without a bound is no verdict
experiment({ name: 'x', arms: {}, upstream: {}, load: { rate: 1, duration: 1 }, verdicts: [figure('p99', 'a')] })
// @ts-expect-error a fault has a type
experiment({ name: 'x', arms: {}, upstream: { faults: [{ rate: 1 }] }, load: { rate: 1, duration: 1 } })
// @ts-expect-error a latency is plain data
mixture([1, () => 5])
// @ts-expect-error the rate is required
void runTarget('http://127.0.0.1', { duration: 1 })
// @ts-expect-error a mix has names
void runTarget('http://127.0.0.1', { rate: 1, duration: 1, mix: [{ share: 1 }] })
// @ts-expect-error a gateway makes a handler
export const wrong: Gateway = () => 5
