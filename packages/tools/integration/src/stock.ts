import { computed, importsOf, isBuiltin, isRelative, packageOf } from './imports.ts'
import { type Bond, mayHold } from './libraries.ts'
import { isPublished, type Package } from './package.ts'
import { placeOf } from './place.ts'

const bonds: readonly Bond[] = ['dependencies', 'peerDependencies']

/** What the source of a published package imports and its manifest does not declare: it would be missing once installed. */
export function undeclared(packages: readonly Package[]): string[] {
  return packages.filter(isPublished).flatMap(({ folder, manifest, sources }) => {
    const declared = new Set([manifest.name, ...bonds.flatMap((bond) => Object.keys(manifest[bond] ?? {}))])
    const isKnown = (specifier: string): boolean =>
      isRelative(specifier) || isBuiltin(specifier) || declared.has(packageOf(specifier))
    // A tool may be given modules of its user's.
    if (placeOf(folder).floor === 'tools') declared.add(computed)
    return [...sources].flatMap(([path, text]) =>
      importsOf(path, text)
        .filter(({ specifier }) => !isKnown(specifier))
        .map(({ specifier, line }) => `${folder}/${path}:${line}: ${specifier} is imported and not declared`),
    )
  })
}

/** Libraries that a published package holds and that have no place there. */
export function misplacedLibraries(packages: readonly Package[]): string[] {
  const ours = new Set(packages.map(({ manifest }) => manifest.name))
  return packages.filter(isPublished).flatMap(({ folder, manifest }) =>
    bonds.flatMap((bond) =>
      Object.keys(manifest[bond] ?? {})
        .filter((name) => !ours.has(name) && !mayHold(placeOf(folder), name, bond))
        .map((name) => `${folder}/package.json: ${name} has no place here in ${bond}`),
    ),
  )
}
