import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/stall.ts', import.meta.url))

describe('a timeout of 100 ms while the loop is busy for 200 ms', () => {
  it('throws away none of 20 good answers that had arrived, and still ends what hangs', {
    timeout: 120_000,
  }, async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [fixture], {
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 100_000,
    })
    const { plain, ...won } = JSON.parse(stdout) as Record<string, number>
    expect(stderr).toBe('')
    expect(won).toEqual({ outermost: 20, innermost: 20, toldByFunction: 20, ofExecute: 20, late: 'TimeoutError' })
    expect(plain).toBeLessThan(20)
  })
})
