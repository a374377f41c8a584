import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { forgotten, isPure, namedAsPure } from '../src/pure.ts'
import { readWorkspace, root } from '../src/workspace.ts'
import { fixture } from './fixture.ts'

const algorithm = 'export function next(state: number, now: number): number { return state + now }'

describe('isPure', () => {
  it('knows an algorithm, though its comments speak of calls and promises', () => {
    expect(isPure('src/state.ts', `/** What a Call and its Promise come to. */\n${algorithm}`)).toBe(true)
  })

  it.each([
    ['a promise', 'export const done = Promise.resolve()'],
    ['a call', "import type { Call } from '@holdfast/core'\nexport function keyOf(call: Call) { return call.key }"],
    ['a clock', "import type { Clock } from '@holdfast/core'\nexport const late = (clock: Clock) => clock.now()"],
    ['a signal', 'export const signal: AbortSignal | undefined = undefined'],
  ])('knows a shell by %s in it', (_, text) => {
    expect(isPure('src/state.ts', text)).toBe(false)
  })

  it('knows a file of types alone, in which nothing can break', () => {
    const types =
      "import type { A } from './a.ts'\ninterface B { readonly a: A }\nexport type C = B\nexport interface D {}"
    expect(isPure('src/plan.ts', types)).toBe(false)
    expect(isPure('src/plan.ts', `${types}\nexport const MOST = 5`)).toBe(true)
  })

  it.each(['index.ts', 'options.ts', 'errors.ts', 'events.ts', 'random.ts'])(
    'leaves out %s, which decides nothing',
    (name) => {
      expect(isPure(`src/${name}`, algorithm)).toBe(false)
    },
  )
})

describe('the files that mutation testing changes', () => {
  it('are named each, so that one which is forgotten is found', () => {
    const policy = fixture('packages/policies/novel', {
      sources: { 'src/state.ts': algorithm, 'src/window.ts': algorithm, 'src/options.ts': algorithm },
    })
    const tool = fixture('packages/tools/novel', { sources: { 'src/state.ts': algorithm } })
    expect(forgotten([policy, tool], ['packages/policies/novel/src/state.ts'])).toEqual([
      'packages/policies/novel/src/window.ts: is pure and not named in stryker.config.json',
    ])
  })

  it('are all the pure files of the foundation and the policies', () => {
    expect(forgotten(readWorkspace(), namedAsPure())).toEqual([])
  })

  it('are there', () => {
    expect(namedAsPure().filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
