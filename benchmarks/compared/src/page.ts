const BEGIN = '<!-- begin: written by benchmarks/compared -->'
const END = '<!-- end -->'

/** `page` with `text` in place of what stands between the markers. */
export function inserted(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`the page needs the lines '${BEGIN}' and '${END}'`)
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`
}
