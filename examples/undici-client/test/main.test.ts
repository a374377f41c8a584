import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('prints what callers see, and what it took', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../main.ts')])
  expect(stdout).toContain('200 kelp kelp kelp')
  expect(stdout.match(/retry\.succeeded/g)?.length).toBe(3)
  expect(stdout).toContain('it took 6 requests')
  expect(stdout).toMatch(/call 3: undici .*: open/)
  expect(stdout).toContain('it got 3 requests; its breaker is open')
})
