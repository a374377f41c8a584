import { type SeededRandom, seededRandom } from '@holdfast/testing'

/** Pieces of every grammar that is parsed here. */
const PIECES: readonly string[] = [
  ...'"\\,;:=?%@*()[]{}<>-+. \t/0179aZ',
  ...['\r\n', '\u0000', '\u007f', 'ü', '\u{1f4a5}', '\ud800', '::', ':ffff:', '1.2.3.4', '2001:db8::', '255', '/56'],
  ...[';q=', ';w=60', ';r=0', ';t=7', '"burst"', '?1', ':QQ==:', '%"', '%c3', '@1', '9999999999999999', '1.5', '-'],
  ...['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94', 'Nov  6', ' GMT', 'u=7', 'critical', 'text/plain', '*/*'],
  ...['{"', '":', '__proto__', 'constructor', 'null', '[[[[', 'true', '1e999', '0x10', 'NaN'],
]

/** Texts as no honest client would send them: pieces in any order, one repeated very often, any characters. From a seed. */
export function hostileTexts(seed: string): () => string {
  const random = seededRandom(seed)
  return () => {
    const kind = random()
    if (kind < 0.02) return piece(random).repeat(upTo(random, 5_000))
    if (kind < 0.2) return anything(random, upTo(random, 60))
    return Array.from({ length: upTo(random, 12) }, () => piece(random)).join('')
  }
}

function piece(random: SeededRandom): string {
  return PIECES[upTo(random, PIECES.length - 1)] ?? ''
}

function anything(random: SeededRandom, length: number): string {
  return String.fromCharCode(...Array.from({ length }, () => upTo(random, random() < 0.9 ? 0x7f : 0xffff)))
}

function upTo(random: SeededRandom, most: number): number {
  return Math.floor(random() * (most + 1))
}
