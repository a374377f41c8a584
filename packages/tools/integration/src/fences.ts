/** A fence of code in a Markdown file. */
export interface Fence {
  readonly file: string
  /** The line, from 1, of its first line of code. */
  readonly line: number
  /** What stands behind the backticks: `ts`, `ts signature`, `sh`; empty when nothing does. */
  readonly info: string
  readonly code: string
  /** What the next fence says that this one prints. */
  readonly prints: string | undefined
}

/** What is done with a fence: run, its types checked only, or neither. */
export type Use = 'run' | 'check' | 'leave'

const open = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/

/**
 * The fences of a Markdown text. One whose language is `text` states what the fence before it prints, when nothing but empty lines,
 * or a line that ends with a colon, stands between them.
 */
export function fencesIn(file: string, markdown: string): Fence[] {
  const lines = markdown.split('\n')
  const found: (Fence & { readonly after: readonly string[] })[] = []
  let between: string[] = []

  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', marks = '', info = ''] = open.exec(lines[at] ?? '') ?? []
    if (marks === '') {
      between.push(lines[at] ?? '')
      continue
    }
    const first = at + 1
    const close = (text: string) => text.trim().startsWith(marks) && /^[`~]+$/.test(text.trim())
    let end = first
    while (end < lines.length && !close(lines[end] ?? '')) end++
    if (end === lines.length) throw new SyntaxError(`${file}:${at + 1}: the fence has no end`)
    const code = lines.slice(first, end).map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text))
    found.push({ file, line: first + 1, info, code: code.join('\n'), prints: undefined, after: between })
    between = []
    at = end
  }

  return found.map(({ after: _, ...fence }, at) => {
    const next = found[at + 1]
    return next?.info === 'text' && isPassage(next.after) ? { ...fence, prints: next.code } : fence
  })
}

function isPassage(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim() !== '')
  return said.length === 0 || (said.length === 1 && said[0]?.trimEnd().endsWith(':') === true)
}

/**
 * What a fence's first words ask for: `ts` and `js` run; with `signature` behind it only the types are checked. Anything else behind
 * the language throws, so that nothing goes unchecked for a slip of the pen.
 */
export function useOf({ info, file, line }: Fence): Use {
  const [language = '', ...flags] = info.split(/\s+/)
  if (language === '') throw new SyntaxError(`${file}:${line}: the fence has no language; plain output is text`)
  if (!/^(ts|js|mts|mjs|typescript|javascript)$/.test(language)) return 'leave'
  if (flags.length === 0) return 'run'
  if (flags.length === 1 && flags[0] === 'signature') return 'check'
  throw new SyntaxError(`${file}:${line}: "${flags.join(' ')}" is nothing that can be asked of a fence; "signature" is`)
}

/** Whether a program printed what its fence says. White space at the ends does not count; … stands for anything within a line. */
export function printed(stated: string, real: string): boolean {
  const escaped = stated.trim().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = escaped.replaceAll('…', '[^\\n]*')
  return new RegExp(`^${pattern}$`).test(real.trim().replaceAll('\r\n', '\n'))
}
