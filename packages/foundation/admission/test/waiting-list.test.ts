import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingList } from '../src/index.ts'
import { Someone } from './waiter.ts'

function names(list: WaitingList<Someone>): string[] {
  const found: string[] = []
  for (let one = list.oldest; one !== undefined; one = one.newer) found.push(one.name)
  return found
}

function namesBackwards(list: WaitingList<Someone>): string[] {
  const found: string[] = []
  for (let one = list.newest; one !== undefined; one = one.older) found.push(one.name)
  return found
}

describe('WaitingList', () => {
  it('keeps its members in the order in which they came', () => {
    const list = new WaitingList<Someone>()
    for (const name of ['a', 'b', 'c']) list.add(new Someone(name))
    expect(names(list)).toEqual(['a', 'b', 'c'])
    expect(namesBackwards(list)).toEqual(['c', 'b', 'a'])
    expect(list.size).toBe(3)
  })

  it.each([
    ['the oldest', 0, ['b', 'c']],
    ['one in between', 1, ['a', 'c']],
    ['the newest', 2, ['a', 'b']],
  ])('lets %s leave', (_, which, left) => {
    const list = new WaitingList<Someone>()
    const members = ['a', 'b', 'c'].map((name) => new Someone(name))
    for (const member of members) list.add(member)
    const leaver = members[which] as Someone
    list.remove(leaver)
    expect(names(list)).toEqual(left)
    expect(namesBackwards(list)).toEqual([...left].reverse())
    expect([leaver.list, leaver.older, leaver.newer]).toEqual([undefined, undefined, undefined])
  })

  it('is an array that is quick to leave, whoever comes and goes', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 40 }), (steps) => {
        const list = new WaitingList<Someone>()
        const model: Someone[] = []
        for (const [index, step] of steps.entries()) {
          if (step === undefined || model.length === 0) {
            const newcomer = new Someone(String(index))
            list.add(newcomer)
            model.push(newcomer)
          } else {
            const [leaver] = model.splice(step % model.length, 1)
            if (leaver !== undefined) list.remove(leaver)
          }
          const expected = model.map(({ name }) => name).join()
          if (names(list).join() !== expected || list.size !== model.length) return false
          if (namesBackwards(list).reverse().join() !== expected) return false
        }
        return true
      }),
      { numRuns: 10_000 },
    )
  })
})
