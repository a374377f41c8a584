import { describe, expect, it } from 'vitest'
import { measureInFlight } from '../src/in-flight.ts'
import { type Contender, measure } from '../src/measure.ts'
import { rowOf, timesAsLong } from '../src/row.ts'

let kept: unknown

async function two(first: Contender, second: Contender) {
  const [one = rowOf('', [], []), other = rowOf('', [], [])] = await measure(
    { first, second },
    // Short batches and many rounds: most of them escape whatever else the machine does.
    { rounds: 31, batch: 500, countings: 3 },
  )
  return [one, other] as const
}

function spin(times: number): number {
  let sum = 0
  for (let i = 0; i < times; i++) sum = (sum * 31 + i) | 0
  return sum
}

// A busy machine is slow, and no less honest.
const patience = { timeout: 60_000 }

describe('measure', patience, () => {
  it('counts the bytes of an array of known length within a tenth', async () => {
    const [without, with1000] = await two(
      async () => {},
      async () => {
        kept = new Array<number>(1_000).fill(0.5)
      },
    )
    const known = 1_000 * 8
    expect(with1000.bytes - without.bytes).toBeGreaterThan(known * 0.9)
    expect(with1000.bytes - without.bytes).toBeLessThan(known * 1.1)
    expect(kept).toHaveLength(1_000)
  })

  it('counts what survives and what does not, over collections on the way', async () => {
    const survivors: number[][] = []
    const [dropped, held] = await two(
      async () => {
        kept = new Array<number>(1_000).fill(0.5)
      },
      async () => {
        survivors.push(new Array<number>(1_000).fill(0.5))
      },
    )
    expect(held.bytes / dropped.bytes).toBeGreaterThan(0.9)
    expect(held.bytes / dropped.bytes).toBeLessThan(1.1)
    expect(survivors.length).toBeGreaterThan(0)
  })

  it('finds that twice the work takes about twice as long', async () => {
    const [once, twice] = await two(
      async () => spin(1_000),
      async () => spin(2_000),
    )
    expect(timesAsLong(twice, once)).toBeGreaterThan(1.4)
    expect(timesAsLong(twice, once)).toBeLessThan(2.8)
  })

  it('runs each batch inside what the contender asks for', async () => {
    let inside = false
    const seen = new Set<boolean>()
    const contender = {
      call: async () => seen.add(inside),
      within: async (batch: () => Promise<void>) => {
        inside = true
        await batch()
        inside = false
      },
    }
    await measure({ contender }, { rounds: 1, batch: 10, countings: 1 })
    expect([...seen]).toEqual([true])
  })

  it('fails when a contender fails', async () => {
    const fails = async () => {
      throw new Error('broken')
    }
    await expect(measure({ fails }, { rounds: 1, batch: 1 })).rejects.toThrow('broken')
  })
})

describe('measureInFlight', patience, () => {
  it('keeps so many calls under way and ends them all', async () => {
    let flying = 0
    let most = 0
    const call = async (operation: () => Promise<number>) => {
      most = Math.max(most, ++flying)
      await operation()
      flying--
    }
    const [row] = await measureInFlight({ counted: { calls: 2_500, call } }, { rounds: 1 })
    expect(most).toBe(2_500)
    expect(flying).toBe(0)
    expect(row?.ns).toBeGreaterThan(0)
  })
})
