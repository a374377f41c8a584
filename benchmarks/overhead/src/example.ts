import { bare } from './bare.ts'
import { floor } from './floor.ts'
import { measure } from './measure.ts'
import { operation } from './operation.ts'
import { timesAsLong } from './row.ts'

// To compare two ways of one's own: copy this file, name them here, run it with node.
const rows = await measure(
  {
    bare: () => bare(operation),
    floor: () => floor(operation),
    'floor around floor': () => floor(() => floor(operation)),
  },
  { rounds: 9, batch: 20_000 },
)

const floorRow = rows.find(({ name }) => name === 'floor')
if (floorRow === undefined) throw new Error('the floor was not measured')
console.table(rows.map((row) => ({ row: row.name, ns: row.ns, bytes: row.bytes, floors: timesAsLong(row, floorRow) })))
