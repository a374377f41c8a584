import type { Expression } from 'oxc-parser'
import { type Parsed, parse } from './parse.ts'

/**
 * What an expression comes to, as text that is equal when and only when the expressions are: `60 * 1000` and `60_000` are both
 * `60000`, a name of a constant in the same file is what it stands for, and what cannot be worked out stands for itself, without its
 * white space. Undefined when the text is no expression.
 */
export function meaningOf(text: string, file?: Parsed): string | undefined {
  const [statement] = expressionStatements(text)
  return statement === undefined ? undefined : meaning(statement, `(${text}\n)`, file)
}

function expressionStatements(text: string): Expression[] {
  try {
    const { body } = parse('expression.ts', `(${text}\n)`).program
    return body.length === 1 && body[0]?.type === 'ExpressionStatement' ? [body[0].expression] : []
  } catch {
    return []
  }
}

function meaning(node: Expression, text: string, file?: Parsed): string {
  const value = literal(node)
  if (value !== undefined) return typeof value === 'string' ? JSON.stringify(value) : String(value)
  if (node.type === 'ParenthesizedExpression') return meaning(node.expression, text, file)
  const constant = node.type === 'Identifier' && file ? constantOf(node.name, file) : undefined
  if (constant && file) return meaning(constant, file.text, file)
  return text.slice(node.start, node.end).replace(/\s+/g, '')
}

function literal(node: Expression): string | number | boolean | undefined {
  switch (node.type) {
    case 'Literal':
      return node.value instanceof RegExp || node.value === null || typeof node.value === 'bigint'
        ? undefined
        : node.value
    case 'ParenthesizedExpression':
      return literal(node.expression)
    case 'UnaryExpression': {
      const value = literal(node.argument)
      return node.operator === '-' && typeof value === 'number' ? -value : undefined
    }
    case 'BinaryExpression': {
      const left = node.left.type === 'PrivateIdentifier' ? undefined : literal(node.left)
      const right = literal(node.right)
      if (typeof left !== 'number' || typeof right !== 'number') return undefined
      return arithmetic.get(node.operator)?.(left, right)
    }
    case 'Identifier':
      return node.name === 'Infinity' ? Number.POSITIVE_INFINITY : undefined
    case 'MemberExpression':
      return node.property.type === 'Identifier' && node.property.name === 'POSITIVE_INFINITY'
        ? Number.POSITIVE_INFINITY
        : undefined
    default:
      return undefined
  }
}

const arithmetic: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a: number, b: number) => a + b],
  ['-', (a: number, b: number) => a - b],
  ['*', (a: number, b: number) => a * b],
  ['/', (a: number, b: number) => a / b],
  ['**', (a: number, b: number) => a ** b],
])

function constantOf(name: string, { program }: Parsed): Expression | undefined {
  const declared = program.body
    .map((statement) => (statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement))
    .flatMap((statement) =>
      statement?.type === 'VariableDeclaration' && statement.kind === 'const' ? statement.declarations : [],
    )
    .find(({ id }) => id.type === 'Identifier' && id.name === name)
  return declared?.init ?? undefined
}
