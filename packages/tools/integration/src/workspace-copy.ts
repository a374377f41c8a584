import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readWorkspace, root } from './workspace.ts'

const leftOut = new Set(['node_modules', 'dist', '.git', '.turbo', '.fences', 'coverage'])

/**
 * Copies this workspace into an empty folder, to be broken there. What is installed is not copied but linked; links from one package
 * of ours to another lead to the copies.
 */
export function copyWorkspace(to: string): void {
  cpSync(root, to, { recursive: true, filter: (path) => !leftOut.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'))

  const packages = readWorkspace()
  const folders = new Map(packages.map(({ manifest, folder }) => [manifest.name, folder]))
  for (const { folder } of packages) {
    for (const name of installedIn(join(root, folder, 'node_modules'))) {
      const ours = folders.get(name)
      const target = ours === undefined ? realpathSync(join(root, folder, 'node_modules', name)) : join(to, ours)
      const link = join(to, folder, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(target, link)
    }
  }
}

/** The names of the packages in a node_modules folder; none when there is no such folder. */
function installedIn(folder: string): string[] {
  const list = (path: string) => {
    try {
      return readdirSync(path).filter((name) => !name.startsWith('.'))
    } catch {
      return []
    }
  }
  return list(folder).flatMap((name) =>
    name.startsWith('@') ? list(join(folder, name)).map((rest) => `${name}/${rest}`) : [name],
  )
}
