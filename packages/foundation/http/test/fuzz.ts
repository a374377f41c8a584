import { hostileTexts } from './hostile-texts.ts'
import { parseAll } from './parsers.ts'

// `pnpm fuzz`: a million hostile texts for every parser. A number behind it says how many, a word which ones.

const count = Number(process.argv[2] ?? 1_000_000)
const seed = process.argv[3] ?? new Date().toISOString()
const next = hostileTexts(seed)

console.log(`${count} texts from the seed ${seed}`)
const startedAt = performance.now()
for (let input = 0; input < count; input++) {
  const text = next()
  try {
    parseAll(text)
  } catch (error) {
    console.error(`text ${input + 1}: ${JSON.stringify(text)}`)
    throw error
  }
}
console.log(`no parser threw; ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
