import { html, type Markup } from './markup.ts'

/** Something drawn, in a space of its own. */
export interface Drawing {
  readonly title: string
  /** The kind of screen that it is for. */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly inside: Markup
}

/** A drawing as a part of a page, as wide as there is room. */
export function inPage({ title, name, width, height, inside }: Drawing): Markup {
  return html`<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${inside}
</svg>`
}

/** A drawing at a place of a larger one. */
export function placedAt(x: number, y: number, { width, height, inside }: Drawing): Markup {
  return html`<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${inside}
</svg>`
}
