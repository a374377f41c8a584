/** Longer than any client's, and so not read on. */
const LONGEST = 1_024

/** How much a client wants a media type, from 0 to 1, by its `Accept`; without one it takes anything. */
export function qualityOf(type: string, accept: string | null | undefined): number {
  if (typeof accept !== 'string' || accept.trim() === '') return 1
  const family = `${type.slice(0, type.indexOf('/'))}/*`
  let best = 0
  let closest = 0
  for (const range of accept.slice(0, LONGEST).toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';')
    const closeness = [undefined, '*/*', family, type].indexOf(name.trim())
    if (closeness <= 0 || closeness < closest) continue
    const quality = qualityIn(parameters)
    best = closeness > closest ? quality : Math.max(best, quality)
    closest = closeness
  }
  return best
}

const QUALITY = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/

function qualityIn(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const found = QUALITY.exec(parameter)?.[1]
    if (found !== undefined) return Number(found)
  }
  return 1
}
