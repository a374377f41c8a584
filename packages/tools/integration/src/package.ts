/** The parts of a package.json that say something about the house. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** One package of the workspace, read into memory, so that a rule can be tested on a package that nobody wrote to disk. */
export interface Package {
  /** Its folder, from the root of the workspace, with forward slashes. */
  readonly folder: string
  readonly manifest: Manifest
  /** What is in `src`: path from the package's folder, text. */
  readonly sources: ReadonlyMap<string, string>
  /** What is in `test`, likewise. */
  readonly tests: ReadonlyMap<string, string>
}

/** A package is published unless its manifest says `private`. */
export function isPublished({ manifest }: Package): boolean {
  return manifest.private !== true
}
