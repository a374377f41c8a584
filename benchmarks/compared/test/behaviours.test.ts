import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Behaviour, Observation } from '../src/behaviour.ts'
import { behaviourNamed, sections } from '../src/behaviours.ts'
import { fill } from '../src/cell.ts'

const behaviours = sections.flatMap((section) => section.behaviours)
const PATIENCE = 120_000

function inThisProcess({ cells: { holdfast } }: Behaviour<string>): Observation | Promise<Observation> {
  if (typeof holdfast !== 'function') throw new Error(`Holdfast is not tried: ${holdfast}`)
  return holdfast()
}

describe('Holdfast', { timeout: PATIENCE }, () => {
  const { alone = [], together = [] } = Object.groupBy(behaviours, ({ alone }) => (alone ? 'alone' : 'together'))

  it.concurrent.each(together.map((one) => [one.name, one] as const))('shows %s', async (_, behaviour) => {
    expect(await inThisProcess(behaviour)).toMatchObject({ shows: true })
  })

  it.concurrent.each(alone.map((one) => [one.name, one] as const))('shows %s', async (_, behaviour) => {
    expect(await fill(behaviour, 'holdfast')).toMatchObject({ shows: true })
  })
})

describe('the behaviours', () => {
  it('are the files of their folder, each named as its behaviour', () => {
    const files = readdirSync(new URL('../src/behaviours', import.meta.url))
    expect(behaviours.map(({ name }) => `${name}.ts`).toSorted()).toEqual(files.toSorted())
  })

  it('are found by their names', () => {
    for (const behaviour of behaviours) expect(behaviourNamed(behaviour.name)).toBe(behaviour)
    expect(() => behaviourNamed('none')).toThrow("there is no behaviour 'none'")
  })

  it('say something each, and nothing twice', () => {
    expect(new Set(behaviours.map(({ says }) => says)).size).toBe(behaviours.length)
  })
})
