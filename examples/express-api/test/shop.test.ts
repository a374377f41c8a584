import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('the shop answers its clients under load, and loses none at its end', { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['load.ts'], { cwd: new URL('..', import.meta.url) })
  expect(stdout).toMatch(/\d+ GET \/stock 200/)
  expect(stdout).toMatch(/\d+ POST \/orders 201/)
  expect(stdout).not.toMatch(/^ *\d+ \S+ 500$/m)
  expect(stdout).toMatch(/exit with 0/)
})
