/** Markup that needs no further escaping. */
export interface Markup {
  readonly markup: string
}

type Piece = string | number | Markup | readonly Piece[]

/** Markup with text put into it; the text is escaped, markup is not. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: texts.map((text, at) => text + rendered(pieces[at] ?? '')).join('') }
}

function rendered(piece: Piece): string {
  if (typeof piece === 'string') return escaped(piece)
  if (typeof piece === 'number') return String(piece)
  return 'markup' in piece ? piece.markup : piece.map(rendered).join('')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
