/** A token of a structured field: a word without quotes. */
export interface Token {
  readonly token: string
}

/** What an item may be: a string; a token; bytes; a number (dates are seconds since 1970, too); true or false. */
export type BareItem = string | Token | Uint8Array | number | boolean

/** An item of a list, with its parameters. */
export interface FieldItem {
  readonly value: BareItem
  readonly parameters: ReadonlyMap<string, BareItem>
}

/** Longer fields than any server's limits allow are not looked at. */
const LONGEST = 16_384

const SPACES = /[ \t]*/y
const BLANKS = / */y
const KEY = /[a-z*][a-z0-9_\-.*]*/y
const NUMBER = /-?\d{1,15}(?:\.\d{1,3}(?!\d))?(?![\d.])/y
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y
const STRING = /"((?:[ !#-[\]-~]|\\["\\])*)"/y
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y
const BOOLEAN = /\?([01])/y
const DATE = /@(-?\d{1,15})(?![\d.])/y
const DISPLAY = /%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"/y

/**
 * The items of a structured field that is a list (RFC 9651). `undefined` where the field is none: one mistake makes the whole
 * field void, as the RFC has it. Lists within lists are a mistake here.
 */
export function parseFieldItems(text: string): readonly FieldItem[] | undefined {
  if (text.length > LONGEST) return undefined
  const reader = new Reader(text.replace(/^ +/, ''))
  const items: FieldItem[] = []
  if (reader.ended) return items
  for (;;) {
    const item = reader.item()
    if (item === undefined) return undefined
    items.push(item)
    reader.take(SPACES)
    if (reader.ended) return items
    if (!reader.skip(',')) return undefined
    reader.take(SPACES)
    if (reader.ended) return undefined
  }
}

/** `text` as a string of a structured field. What cannot stand in one, a line break above all, becomes a question mark. */
export function formatFieldString(text: string): string {
  return `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`
}

const MOST = 999_999_999_999_999

/** `value` as an integer of a structured field: whole, and within the 15 digits that there are. */
export function formatFieldInteger(value: number): string {
  return String(Math.trunc(Math.min(Math.max(value, -MOST), MOST)) || 0)
}

/** Reads from left to right, and never the same character more than a few times. */
class Reader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  get ended(): boolean {
    return this.at >= this.text.length
  }

  item(): FieldItem | undefined {
    const value = this.bareItem()
    if (value === undefined) return undefined
    const parameters = new Map<string, BareItem>()
    while (this.skip(';')) {
      this.take(BLANKS)
      const key = this.take(KEY)?.[0]
      if (key === undefined) return undefined
      const stated = this.skip('=') ? this.bareItem() : true
      if (stated === undefined) return undefined
      parameters.set(key, stated)
    }
    return { value, parameters }
  }

  skip(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return undefined
    this.at += found[0].length
    return found
  }

  private bareItem(): BareItem | undefined {
    switch (this.text[this.at]) {
      case '"':
        return this.take(STRING)?.[1]?.replace(/\\(.)/g, '$1')
      case ':':
        return bytesIn(this.take(BYTES)?.[1])
      case '?':
        return truthOf(this.take(BOOLEAN)?.[1])
      case '@':
        return numberIn(this.take(DATE)?.[1])
      case '%':
        return displayed(this.take(DISPLAY)?.[1])
      default:
        return numberIn(this.take(NUMBER)?.[0]) ?? tokenIn(this.take(TOKEN)?.[0])
    }
  }
}

function numberIn(found: string | undefined): number | undefined {
  if (found === undefined) return undefined
  // A decimal has at most twelve digits before its point.
  return found.includes('.') && found.indexOf('.') > (found.startsWith('-') ? 13 : 12) ? undefined : Number(found)
}

function tokenIn(found: string | undefined): Token | undefined {
  return found === undefined ? undefined : { token: found }
}

function truthOf(found: string | undefined): boolean | undefined {
  return found === undefined ? undefined : found === '1'
}

function bytesIn(found: string | undefined): Uint8Array | undefined {
  return found === undefined ? undefined : new Uint8Array(Buffer.from(found, 'base64'))
}

/** Text beyond ASCII, its bytes in hexadecimal digits. */
function displayed(found: string | undefined): string | undefined {
  if (found === undefined) return undefined
  try {
    return decodeURIComponent(found)
  } catch {
    return undefined
  }
}
