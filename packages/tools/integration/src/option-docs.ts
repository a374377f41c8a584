import { Visitor } from 'oxc-parser'
import { lineAt, type Parsed } from './parse.ts'

/** An interface whose name ends in Options. */
export interface OptionsDoc {
  readonly name: string
  readonly fields: readonly FieldDoc[]
}

export interface FieldDoc {
  readonly name: string
  readonly line: number
  readonly optional: boolean
  /** Whether a TSDoc comment stands right above the field. */
  readonly documented: boolean
  /** What stands behind `@default`, trimmed; undefined without that tag. */
  readonly default: string | undefined
}

/** The options interfaces of a file, as their documentation has them. */
export function optionDocs(file: Parsed): OptionsDoc[] {
  const found: OptionsDoc[] = []
  new Visitor({
    TSInterfaceDeclaration({ id, body }) {
      if (!id.name.endsWith('Options')) return
      const fields = body.body.flatMap((member) => {
        if (member.type !== 'TSPropertySignature' && member.type !== 'TSMethodSignature') return []
        if (member.key.type !== 'Identifier') return []
        const comment = commentAbove(file, member.start)
        return [
          {
            name: member.key.name,
            line: lineAt(file.text, member.start),
            optional: member.optional,
            documented: comment !== undefined,
            default: comment === undefined ? undefined : defaultTag(comment),
          },
        ]
      })
      found.push({ name: id.name, fields })
    },
  }).visit(file.program)
  return found
}

function commentAbove({ comments, text }: Parsed, start: number): string | undefined {
  const above = comments.findLast(({ end }) => end <= start)
  if (above?.type !== 'Block' || !above.value.startsWith('*')) return undefined
  return text.slice(above.end, start).trim() === '' ? above.value : undefined
}

/** The rest of the line, or of the comment up to the next tag when the value takes more lines. */
function defaultTag(comment: string): string | undefined {
  const lines = comment.replace(/^\*/, '').replace(/^[ \t]*\*(?: |$)/gm, '')
  const tag = /@default(?:Value)?\s+([^@]*)/.exec(lines)?.[1]
  return tag?.trim().replace(/^`(.*)`$/s, '$1')
}
