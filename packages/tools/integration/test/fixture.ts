import type { Manifest, Package } from '../src/package.ts'

/** A package that exists in memory only. Its name follows from its folder, as in the real workspace. */
export function fixture(
  folder: string,
  { sources = {}, tests = {}, ...manifest }: Partial<Manifest> & { sources?: Texts; tests?: Texts } = {},
): Package {
  const room = folder.slice(folder.lastIndexOf('/') + 1)
  const name = folder === 'packages/holdfast' ? 'holdfast' : `@holdfast/${room}`
  return {
    folder,
    manifest: { name, ...manifest },
    sources: new Map(Object.entries(sources)),
    tests: new Map(Object.entries(tests)),
  }
}

type Texts = Readonly<Record<string, string>>
