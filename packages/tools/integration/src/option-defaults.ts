import { type Expression, type ObjectPattern, type TSTypeAnnotation, Visitor } from 'oxc-parser'
import { meaningOf } from './literal.ts'
import { lineAt, type Parsed } from './parse.ts'

/** A default that the code really uses: the right side of `=` where options are taken apart. */
export interface RealDefault {
  /** The interface that the options are of. */
  readonly options: string
  readonly field: string
  readonly line: number
  /** Comparable with what `meaningOf` makes of a `@default`. */
  readonly meaning: string
}

/**
 * The defaults in the destructurings of a file. A destructuring belongs to an options interface when its own annotation names the
 * interface, or when it takes apart a parameter, or something made from a parameter, whose type does.
 */
export function realDefaults(file: Parsed): RealDefault[] {
  const found: RealDefault[] = []
  /** The parameters of the functions around, innermost last, with the interface that each is of. */
  const scopes: Map<string, string>[] = []

  const take = (pattern: ObjectPattern, options: string | undefined) => {
    if (options === undefined) return
    for (const property of pattern.properties) {
      if (property.type !== 'Property' || property.value.type !== 'AssignmentPattern') continue
      if (property.key.type !== 'Identifier') continue
      const { right } = property.value
      const meaning = meaningOf(file.text.slice(right.start, right.end), file)
      if (meaning === undefined) continue
      found.push({ options, field: property.key.name, line: lineAt(file.text, property.start), meaning })
    }
  }

  const enter = ({ params }: { readonly params: readonly unknown[] }) => {
    const scope = new Map<string, string>()
    for (const parameter of params as Parameter[]) {
      const pattern = parameter.type === 'AssignmentPattern' && parameter.left ? parameter.left : parameter
      const options = optionsNamed(pattern.typeAnnotation ?? parameter.typeAnnotation, file.text)
      if (pattern.type === 'ObjectPattern') take(pattern as unknown as ObjectPattern, options)
      else if (pattern.name !== undefined && options !== undefined) scope.set(pattern.name, options)
    }
    scopes.push(scope)
  }
  const leave = () => {
    scopes.pop()
  }

  new Visitor({
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    VariableDeclarator({ id, init }) {
      if (id.type !== 'ObjectPattern') return
      take(id, optionsNamed(id.typeAnnotation, file.text) ?? (init ? parameterIn(init, scopes, file.text) : undefined))
    },
  }).visit(file.program)
  return found
}

/** The little that is read of a parameter, whichever of its forms it has. */
interface Parameter {
  readonly type: string
  readonly name?: string
  readonly left?: Parameter
  readonly typeAnnotation?: TSTypeAnnotation | null
}

function optionsNamed(annotation: TSTypeAnnotation | null | undefined, text: string): string | undefined {
  return annotation ? /\b\w+Options\b/.exec(text.slice(annotation.start, annotation.end))?.[0] : undefined
}

function parameterIn(init: Expression, scopes: readonly Map<string, string>[], text: string): string | undefined {
  const names = text.slice(init.start, init.end).match(/[\w$]+/g) ?? []
  for (const name of names) {
    const options = scopes.findLast((scope) => scope.has(name))?.get(name)
    if (options !== undefined) return options
  }
  return undefined
}
