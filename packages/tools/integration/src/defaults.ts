import { exportsOf } from './exports.ts'
import { meaningOf } from './literal.ts'
import { realDefaults } from './option-defaults.ts'
import { optionDocs } from './option-docs.ts'
import type { Package } from './package.ts'
import { parse } from './parse.ts'

/** Behind `@default`, for an option that is off, absent or unbounded unless it is given. */
const noDefault = 'none'

/**
 * Where the documentation of an option and the code disagree about its default, in a sentence each. The `@default` of a field of an
 * interface named `…Options` that the package exports equals the default in the one destructuring of these options, or is `none`
 * where there is no such default; a field without a default may leave the tag away, one with a default may not.
 */
export function wrongDefaults({ folder, sources }: Package): string[] {
  const files = [...sources].map(([path, text]) => parse(`${folder}/${path}`, text))
  const real = files.flatMap((file) => realDefaults(file).map((found) => ({ ...found, path: file.path })))
  const exported = new Set(exportsOf(`${folder}/src/index.ts`, sources.get('src/index.ts') ?? '').types)
  const documented = files
    .flatMap((file) => optionDocs(file).map((doc) => ({ ...doc, path: file.path })))
    .filter(({ name }) => exported.has(name))

  return documented.flatMap(({ name, fields, path }) =>
    fields.flatMap((field) => {
      const say = (what: string) => [`${path}:${field.line}: ${name}.${field.name} ${what}`]
      const used = real.filter((found) => found.options === name && found.field === field.name)
      const [first, second] = used
      const stated = field.default

      if (!field.documented) return say('has no documentation')
      if (second) return say(`has its default in two places: ${used.map((u) => `${u.path}:${u.line}`).join(', ')}`)
      if (!field.optional) return stated === undefined && !first ? [] : say('is required and has a default')
      if (stated === undefined) return first ? say('has no @default') : []
      if (stated === noDefault) return first ? say(`has the default ${first.meaning}, documented as ${noDefault}`) : []
      if (!first) return say(`is documented with the default ${stated} and has none`)
      return meaningOf(stated) === first.meaning ? [] : say(`has the default ${first.meaning}, documented as ${stated}`)
    }),
  )
}
