import { readdirSync } from 'node:fs'
import { experiment } from '@holdfast/load'
import { describe, expect, it } from 'vitest'
import { experiments } from '../src/experiments.ts'

it('has every experiment that has a file', () => {
  const files = readdirSync(new URL('../src/experiments/', import.meta.url))
  expect(experiments.map(({ name }) => `${name}.ts`).toSorted()).toEqual(files.toSorted())
})

describe.each(experiments)('$name', ({ claim, declare }) => {
  const variants = [true, false].flatMap((policy) => [true, false].map((quick) => ({ policy, quick, seeds: [1, 2] })))

  it('promises something in one sentence', () => {
    expect(claim).toMatch(/^[A-Z].*\.$/)
  })

  it.each(variants)('is declared well with %j', (variant) => {
    expect(experiment(declare(variant)).seeds).toEqual([1, 2])
  })

  it('is held to the same lines without its policy', () => {
    const lines = (policy: boolean) => declare({ policy, quick: false, seeds: [1] })
    const [ours, control] = [lines(true), lines(false)]
    expect(ours.verdicts?.map(({ text }) => text)).toEqual(control.verdicts?.map(({ text }) => text))
    expect(Object.keys(ours.arms)).toEqual(Object.keys(control.arms))
    expect(JSON.stringify(ours.arms)).not.toBe(JSON.stringify(control.arms))
  })
})
