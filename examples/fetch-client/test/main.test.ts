import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('prints what a caller sees, and what it took', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../main.ts')])
  expect(stdout).toContain("orders: [ { item: 'kelp', count: 2 } ]")
  expect(stdout).toContain('it took 4 requests')
  expect(stdout).toMatch(/call 4: fetch .*: open/)
  expect(stdout).toContain('the service that is down got 3 requests')
})
