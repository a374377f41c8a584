import { mayImport, mayTestWith } from './arrows.ts'
import { importsOf, isRelative, packageOf } from './imports.ts'
import type { Package } from './package.ts'
import { type Place, placeOf } from './place.ts'

type Rule = (from: Place, to: Place) => boolean

/** Every arrow from one of our packages to another that the house does not allow, in a sentence each. */
export function wrongArrows(packages: readonly Package[]): string[] {
  const places = new Map(packages.map(({ manifest, folder }) => [manifest.name, placeOf(folder)]))

  return packages.flatMap((one) => {
    const from = placeOf(one.folder)
    const judge = (at: string, name: string, rule: Rule): string[] => {
      const to = places.get(name)
      if (to === undefined || name === one.manifest.name || rule(from, to)) return []
      return [`${one.folder}/${at}: ${inHouse(from)} may not import ${inHouse(to)} (${name})`]
    }
    const { dependencies, peerDependencies, optionalDependencies, devDependencies } = one.manifest
    return [
      ...names(dependencies, peerDependencies, optionalDependencies).flatMap((n) =>
        judge('package.json', n, mayImport),
      ),
      ...names(devDependencies).flatMap((name) => judge('package.json', name, mayTestWith)),
      ...imported(one.sources).flatMap(([at, specifier]) => judge(at, packageOf(specifier), mayImport)),
      ...imported(one.tests).flatMap(([at, specifier]) => judge(at, packageOf(specifier), mayTestWith)),
      ...imported(one.sources, one.tests).flatMap(([at, specifier, path]) =>
        isRelative(specifier) && leaves(path, specifier)
          ? [`${one.folder}/${at}: a relative import may not leave the package (${specifier})`]
          : [],
      ),
    ]
  })
}

function inHouse({ floor, room }: Place): string {
  return floor === 'umbrella' || floor === 'outside' ? room : `${floor}/${room}`
}

function names(...groups: (Readonly<Record<string, string>> | undefined)[]): string[] {
  return [...new Set(groups.flatMap((group) => Object.keys(group ?? {})))]
}

function imported(...files: ReadonlyMap<string, string>[]): [at: string, specifier: string, path: string][] {
  return files.flatMap((texts) =>
    [...texts].flatMap(([path, text]) =>
      importsOf(path, text).map(({ specifier, line }): [string, string, string] => [
        `${path}:${line}`,
        specifier,
        path,
      ]),
    ),
  )
}

function leaves(path: string, specifier: string): boolean {
  const base = 'file:///package/'
  return !new URL(specifier, base + path).href.startsWith(base)
}
