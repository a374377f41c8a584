import { posix } from 'node:path'
import { cyclesIn, type Graph } from './cycles.ts'
import { importsOf, isRelative, packageOf } from './imports.ts'
import type { Package } from './package.ts'

/** Packages that need each other in a circle, by what they ship: source imports, dependencies and peers. */
export function packageCircles(packages: readonly Package[]): string[] {
  const graph = new Map(packages.map((one) => [one.manifest.name, needsOf(one)]))
  return cyclesIn(graph).map((circle) => `packages in a circle: ${circle.join(' → ')}`)
}

/** Files of one package that import each other in a circle, imports of types included. */
export function fileCircles(packages: readonly Package[]): string[] {
  return packages.flatMap(({ folder, sources }) =>
    cyclesIn(fileGraph(sources)).map((circle) => `${folder}: files in a circle: ${circle.join(' → ')}`),
  )
}

function needsOf({ manifest, sources }: Package): string[] {
  const imported = [...sources]
    .flatMap(([path, text]) => importsOf(path, text))
    .map(({ specifier }) => packageOf(specifier))
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  return [...new Set([...imported, ...declared])].filter((name) => name !== manifest.name)
}

function fileGraph(sources: ReadonlyMap<string, string>): Graph {
  return new Map(
    [...sources].map(([path, text]) => [
      path,
      importsOf(path, text)
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
    ]),
  )
}
