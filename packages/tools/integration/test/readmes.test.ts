import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { layOut, runFence, typeErrors } from '../src/fence-project.ts'
import { fencesIn, printed } from '../src/fences.ts'
import { isPublished } from '../src/package.ts'
import { files, readWorkspace, root } from '../src/workspace.ts'

// What a changelog shows was right in its day.
const pages = files(root, ['*.md', 'docs/**/*.md', '{packages,examples,benchmarks}/**/*.md']).filter(
  (page) => !page.endsWith('CHANGELOG.md'),
)
const laid = layOut(pages.flatMap((page) => fencesIn(page, readFileSync(join(root, page), 'utf8'))))
const toRun = laid.filter(({ use }) => use === 'run')

describe('the code in our pages', () => {
  let errors: string[]
  beforeAll(async () => {
    errors = await typeErrors(laid)
  }, 60_000)

  it('type-checks, that which shows signatures only as well', () => {
    expect(errors).toEqual([])
  })

  it('is mostly there to be run', () => {
    expect(laid.length - toRun.length).toBeLessThanOrEqual(toRun.length)
  })
})

describe.concurrent('a fence runs, and prints what the page says', () => {
  it.for(toRun.map((fence) => [`${fence.file}:${fence.line}`, fence] as const))(
    '%s',
    { timeout: 60_000 },
    async ([, fence]) => {
      const { code, stdout, stderr } = await runFence(fence)
      expect(`${stderr}\nexit code ${code}`).toMatch(/exit code 0$/)
      if (fence.prints !== undefined && !printed(fence.prints, stdout)) expect(stdout.trim()).toBe(fence.prints.trim())
    },
  )
})

describe('the page of a published package', () => {
  it.for(
    readWorkspace()
      .filter(isPublished)
      .map(({ folder }) => folder),
  )('%s/README.md has code that runs', (folder) => {
    expect(toRun.filter(({ file }) => file === `${folder}/README.md`)).not.toEqual([])
  })
})
