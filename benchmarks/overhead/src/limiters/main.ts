/** What a limiter in memory costs: the rows of token buckets. `node --expose-gc src/limiters/main.ts`, with `--check` for an exit code. */
import { environment } from '../environment.ts'
import { median } from '../statistics.ts'
import { type Column, textTable } from '../table.ts'
import { bytesPerKey, manyKeys } from './million-keys.ts'
import { garbageOfTakeAt, oneKey } from './one-key.ts'

interface Row {
  readonly what: string
  readonly found: number
  readonly most: number
  readonly unit: string
}

const one = await oneKey()
const garbage = garbageOfTakeAt()
const bytes = bytesPerKey()
const many = await manyKeys()

const paired = (a: readonly number[], b: readonly number[], how: (a: number, b: number) => number): number =>
  median(a.map((value, round) => how(value, b[round] ?? Number.NaN)))
const minus = (a: number, b: number): number => a - b
const over = (a: number, b: number): number => a / b

const rows: Row[] = [
  { what: 'takeAt, one key', found: paired(one.takeAt, one.loop, minus), most: 12, unit: 'ns' },
  { what: 'takeAt, refused', found: paired(one.refused, one.loop, minus), most: 12, unit: 'ns' },
  { what: 'takeAt, garbage', found: garbage, most: 0.5, unit: 'B' },
  { what: 'take, over a clock read', found: paired(one.take, one.clock, minus), most: 20, unit: 'ns' },
  {
    what: 'a million keys, against rate-limiter-flexible',
    found: paired(many.holdfast, many['rate-limiter-flexible'], over),
    most: 0.5,
    unit: '×',
  },
  { what: 'bytes a key, with the key', found: bytes.withKey, most: 150, unit: 'B' },
]

const where = environment(['@holdfast/rate-limit', 'rate-limiter-flexible'])
console.log(`${where.platform}, Node ${where.node}, load ${where.load}, ${JSON.stringify(where.packages)}`)
console.log(
  `a clock read: ${median(one.clock).toFixed(1)} ns; bytes a key without the key: ${bytes.withoutKey.toFixed(0)}`,
)
console.log(
  `a million keys: ${median(many.holdfast).toFixed(0)} ns, rate-limiter-flexible ${median(many['rate-limiter-flexible']).toFixed(0)} ns, of which making the keys ${median(many['keys alone']).toFixed(0)} ns\n`,
)
const columns = ['row', 'found', 'line', 'unit', 'verdict'].map(
  (head, at): Column => ({ head, align: at === 0 || at > 2 ? 'left' : 'right' }),
)
const cells = rows.map(({ what, found, most, unit }) => [
  what,
  found.toFixed(2),
  `≤ ${most}`,
  unit,
  found <= most ? 'holds' : 'missed',
])
console.log(textTable(columns, cells))
if (process.argv.includes('--check') && rows.some(({ found, most }) => found > most)) process.exitCode = 1
