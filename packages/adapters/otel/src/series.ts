import type { Attributes } from '@opentelemetry/api'
import type { Attribute } from './instruments.ts'

/** What a measurement says of itself; what is undefined is left out. */
export type Labels = { readonly [name in Attribute]?: string | boolean | undefined }

/** Where everything is counted for which there is no room; the OpenTelemetry SDKs say it in the same way. */
const OVERFLOW: Attributes = Object.freeze({ 'otel.metric.overflow': true })

/** The series of one instrument: at most `max`, that of the overflow included. */
export class SeriesTable {
  readonly max: number
  private readonly known = new Map<string, Attributes>()

  constructor(max: number) {
    this.max = max
  }

  /** The attributes that a measurement with these labels is recorded with. */
  at(labels: Labels): Attributes {
    const id = idOf(labels)
    const known = this.known.get(id)
    if (known !== undefined) return known
    if (this.known.size >= this.max - 1) return OVERFLOW
    const stated = Object.entries(labels).filter(([, value]) => value !== undefined)
    const attributes = Object.freeze(Object.fromEntries(stated))
    this.known.set(id, attributes)
    return attributes
  }
}

/** One text for each set of labels, and another for every other: the lengths keep texts apart that users choose. */
function idOf(labels: Labels): string {
  let id = ''
  for (const name in labels) {
    const value = labels[name as Attribute]
    if (value !== undefined) id += `${name}=${String(value).length}:${value};`
  }
  return id
}
