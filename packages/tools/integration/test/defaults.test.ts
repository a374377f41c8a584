import { describe, expect, it } from 'vitest'
import { wrongDefaults } from '../src/defaults.ts'
import { isPublished } from '../src/package.ts'
import { readWorkspace } from '../src/workspace.ts'
import { fixture } from './fixture.ts'

const index = "export type { RetryOptions } from './options.ts'"
const findings = (text: string, elsewhere = '') => {
  const sources = { 'src/index.ts': index, 'src/options.ts': text, 'src/elsewhere.ts': elsewhere }
  return wrongDefaults(fixture('packages/policies/retry', { sources }))
}

const options = (tag: string, field = 'maxWait?: number | undefined') => `export interface RetryOptions {
  /** The longest wait. ${tag} */
  readonly ${field}
}
`
const resolver = 'export function resolve(options: RetryOptions) { const { maxWait = 60_000 } = options }'

describe('a documented default', () => {
  it.each(['@default 60_000', '@default 60000', '@default `60_000`', '@default 60 * 1000'])(
    'may be written %s',
    (tag) => {
      expect(findings(options(tag) + resolver)).toEqual([])
    },
  )

  it.each([
    ['a parameter', 'const resolve = ({ maxWait = 60_000 }: RetryOptions) => maxWait'],
    ['a parameter with a default of its own', 'function resolve({ maxWait = 60_000 }: RetryOptions = {}) {}'],
    [
      'a variable',
      'function resolve(o: RetryOptions | number) { const { maxWait = 60_000 } = typeof o === "number" ? {} : o }',
    ],
    ['an annotated variable', 'function resolve(x: unknown) { const { maxWait = 60_000 }: RetryOptions = x as never }'],
    ['a constant', 'const longest = 60_000\nfunction resolve({ maxWait: wait = longest }: RetryOptions) {}'],
    ['a method', 'class K { resolve(options: RetryOptions) { const { maxWait = 60_000 } = options } }'],
  ])('is compared with the destructuring of %s', (_, code) => {
    expect(findings(options('@default 60_000') + code)).toEqual([])
    expect(findings(options('@default 30_000') + code)).toEqual([
      'packages/policies/retry/src/options.ts:3: RetryOptions.maxWait has the default 60000, documented as 30_000',
    ])
  })

  it('is compared across the files of a package', () => {
    expect(findings(options('@default 1'), resolver)).toHaveLength(1)
    expect(findings(options('@default 60_000'), resolver)).toEqual([])
  })

  it('compares calls and names by their text', () => {
    const code = 'function resolve({ maxWait = exponential({ base: 100 }) }: RetryOptions) {}'
    expect(findings(options('@default exponential({ base: 100 })') + code)).toEqual([])
    expect(findings(options('@default exponential()') + code)).toHaveLength(1)
  })

  it.each([
    ['is missing', options('') + resolver, 'has no @default'],
    [
      'stands where the code has none',
      options('@default 60_000'),
      'is documented with the default 60_000 and has none',
    ],
    [
      'says none where the code has one',
      options('@default none') + resolver,
      'has the default 60000, documented as none',
    ],
    ['is no expression', options('@default a minute') + resolver, 'has the default 60000, documented as a minute'],
    ['stands at a required option', options('@default 1', 'maxWait: number'), 'is required and has a default'],
    ['has no comment to stand in', 'interface RetryOptions {\n\n maxWait?: number }', 'has no documentation'],
  ])('is a finding when it %s', (_, text, finding) => {
    expect(findings(text)).toEqual([`packages/policies/retry/src/options.ts:3: RetryOptions.maxWait ${finding}`])
  })

  it('is a finding when the code has it twice', () => {
    expect(findings(options('@default 60_000') + resolver, resolver)).toEqual([
      'packages/policies/retry/src/options.ts:3: RetryOptions.maxWait has its default in two places: packages/policies/retry/src/options.ts:5, packages/policies/retry/src/elsewhere.ts:1',
    ])
  })

  it('is none, or left away, for an option that is absent unless given', () => {
    expect(findings(options('@default none'))).toEqual([])
    expect(findings(options(''))).toEqual([])
  })

  it('is a matter of the options that the package exports', () => {
    expect(findings(options('@default 1').replace('RetryOptions', 'ResolvedRetryOptions') + resolver)).toEqual([])
  })

  it('is not asked of a required option', () => {
    expect(findings(options('', 'maxWait: number'))).toEqual([])
  })
})

describe('in this workspace', () => {
  it.each(
    readWorkspace()
      .filter(isPublished)
      .map((one) => [one.manifest.name, one] as const),
  )('%s documents the defaults that it has', (_, one) => {
    expect(wrongDefaults(one)).toEqual([])
  })
})
