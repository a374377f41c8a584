import { bare } from './bare.ts'
import { floor } from './floor.ts'
import { measure } from './measure.ts'
import { operation } from './operation.ts'

// To compare two ways of one's own: copy this file, name them here, run it with node.
const rows = await measure(
  {
    bare: () => bare(operation),
    floor: () => floor(operation),
    'floor around floor': () => floor(() => floor(operation)),
  },
  { rounds: 9, batch: 20_000 },
)

console.table(rows)
