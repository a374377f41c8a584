import { spawnSync } from 'node:child_process'
import { matchesGlob } from 'node:path'
import { namedAsPure } from './pure.ts'
import { stryker } from './tools.ts'
import { root } from './workspace.ts'

// `pnpm mutate`: breaks each pure file in every small way there is and looks whether its package's tests notice. Words or globs behind it
// choose among the files.

const wanted = process.argv.slice(2)
const files = namedAsPure().filter(
  (path) => wanted.length === 0 || wanted.some((one) => path.includes(one) || matchesGlob(path, one)),
)

if (files.length === 0) {
  console.error(`no file in stryker.config.json has ${wanted.join(' or ')} in its path`)
  process.exitCode = 1
} else {
  const { status } = spawnSync(process.execPath, [stryker, 'run', '--mutate', files.join(',')], {
    cwd: root,
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
