import type { Attributes } from '@opentelemetry/api'
import type { Attribute } from './instruments.ts'

/** What a measurement says of itself; what is undefined is left out. */
export type Labels = { readonly [name in Attribute]?: string | boolean | undefined }

/** Where everything is counted for which there is no room; the OpenTelemetry SDKs say it in the same way. */
const OVERFLOW: Attributes = Object.freeze({ 'otel.metric.overflow': true })

/** The series of one instrument: at most `max`, that of the overflow included. Of labels it takes those that are `names`. */
export class SeriesTable {
  readonly max: number
  private readonly names: readonly Attribute[]
  private readonly known = new Map<string, Attributes>()

  constructor(max: number, names: readonly Attribute[]) {
    this.max = max
    this.names = names
  }

  /** The attributes that a measurement with these labels is recorded with: one object for each series. */
  at(labels: Labels): Attributes {
    const id = this.idOf(labels)
    const known = this.known.get(id)
    if (known !== undefined) return known
    if (this.known.size >= this.max - 1) return OVERFLOW
    const stated = this.names.map((name) => [name, labels[name]] as const).filter(([, value]) => value !== undefined)
    const attributes = Object.freeze(Object.fromEntries(stated))
    this.known.set(id, attributes)
    return attributes
  }

  /** One text for each set of labels, and another for every other: the lengths keep texts apart that users choose. */
  private idOf(labels: Labels): string {
    let id = ''
    for (const name of this.names) {
      const value = labels[name]
      id += value === undefined ? '-' : `${String(value).length}:${value}`
    }
    return id
  }
}
