import { describe, expect, it } from 'vitest'
import { experiment, planOf } from '../../src/experiment/experiment.ts'
import type { ExperimentOptions } from '../../src/experiment/options.ts'
import { figure } from '../../src/verdict/verdict.ts'

const good: ExperimentOptions = {
  name: 'hedging',
  arms: { naive: {}, hedged: { settings: { hedge: true }, load: { rate: 20 }, upstream: { workers: 3 } } },
  upstream: { latency: 5 },
  gateway: new URL('file:///gateway.ts'),
  load: { rate: 10, duration: 1_000 },
}

describe('an experiment', () => {
  it('has in each arm what is said for all, unless the arm says otherwise', () => {
    const [naive, hedged] = planOf(experiment(good))?.arms ?? []
    expect(naive).toMatchObject({
      name: 'naive',
      settings: undefined,
      gateway: 'file:///gateway.ts',
      load: { rate: 10 },
    })
    expect(hedged).toMatchObject({
      settings: { hedge: true },
      load: { rate: 20, duration: 1_000 },
      upstream: { serviceTime: 5, workers: 3 },
    })
  })

  it('tells its name, arms and seeds', () => {
    expect(experiment({ ...good, seeds: [3, 4] })).toMatchObject({
      name: 'hedging',
      arms: ['naive', 'hedged'],
      seeds: [3, 4],
    })
  })

  it('keeps nothing of its options', () => {
    const seeds = [1]
    const one = experiment({ ...good, seeds })
    seeds.push(2)
    expect(planOf(one)?.seeds).toEqual([1])
  })

  it('is told from anything else', () => {
    expect([planOf(undefined), planOf({ name: 'hedging' }), planOf(good)]).toEqual([undefined, undefined, undefined])
  })

  it.each<[string, object, string]>([
    ['name', { name: '' }, 'name must be a string with at least one character'],
    ['about', { about: 5 }, 'about must be a string, got 5'],
    ['arms', { arms: {} }, 'arms must be an object with at least one arm, got {}'],
    ['kind of arms', { arms: ['naive'] }, "arms must be an object, got [ 'naive' ]"],
    ['arm', { arms: { naive: 5 } }, 'arms.naive must be an object, got 5'],
    ['settings', { arms: { naive: { settings: { f: () => 1 } } } }, 'arms.naive.settings must be plain data'],
    ['upstream', { upstream: undefined }, 'upstream must be an object, got undefined'],
    ['upstream of an arm', { arms: { naive: { upstream: { workers: 0 } } } }, 'arms.naive.upstream.workers must be'],
    ['load', { load: undefined }, 'load must be an object, got undefined'],
    ['load of an arm', { arms: { naive: { load: { rate: -1 } } } }, 'arms.naive.load.rate must be'],
    [
      'group',
      { load: { rate: 10, duration: 1_000, together: 0 } },
      'load.together must be an integer from 1 up, got 0',
    ],
    ['large group', { load: { rate: 10, duration: 1_000, together: 20_000 } }, 'load.together must be at most 10,000'],
    ['gateway', { gateway: './gateway.ts' }, "gateway must be a URL or an absolute path of a file, got './gateway.ts'"],
    ['kind of gateway', { gateway: 5 }, 'gateway must be a URL or an absolute path of a file, got 5'],
    ['seeds', { seeds: [] }, 'seeds must be an array of at least one integer, got []'],
    ['seed', { seeds: [0.5] }, 'seeds must be an array of at least one integer'],
    ['pair of seeds', { seeds: [1, 1] }, 'seeds must be integers that differ'],
    ['verdicts', { verdicts: {} }, 'verdicts must be an array, got {}'],
    ['verdict', { verdicts: ["ratio('p99', 'naive', 'hedged') >= 8"] }, 'verdicts[0] must be a verdict, such as'],
    ['half a verdict', { verdicts: [figure('p99', 'naive')] }, 'verdicts[0] must be a verdict, such as'],
    [
      'verdict on nobody',
      { verdicts: [figure('p99', 'nobody').below(1)] },
      "verdicts[0] must be about the arms there are (naive, hedged), got 'nobody'",
    ],
  ])('with a wrong %s says so when it is declared', (_, wrong, message) => {
    expect(() => experiment({ ...good, ...wrong } as ExperimentOptions)).toThrow(message)
  })
})
