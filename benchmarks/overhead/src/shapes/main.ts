/** Four shapes of a pipeline, five layers deep, to choose one by: the table of docs/design/core.md. */
import { definePolicy, pipeline } from '@holdfast/core'
import { fiveDeep } from '../five-deep.ts'
import { floor } from '../floor.ts'
import { measure } from '../measure.ts'
import { operation } from '../operation.ts'
import { timesAsLong } from '../row.ts'
import { type Column, markdownTable } from '../table.ts'
import * as closures from './closure-sinks.ts'
import * as fused from './fused.ts'
import * as promises from './promise-layers.ts'

// See main.ts of the benchmark: a service always has a timer pending.
setTimeout(() => {}, 3_600_000).unref()

const many = 1_000_000
const passing = definePolicy({ kind: 'passing', layer: (inner) => (call, run, sink) => inner(call, run, sink) })
const empty = pipeline(passing, passing, passing, passing, passing)
const five = fiveDeep()

function fiveOf<L>(shape: { gate: (permits: number) => L; timeout: (ms: number) => L }): L[] {
  return [shape.timeout(60_000), shape.gate(many), shape.gate(many), shape.gate(many), shape.timeout(30_000)]
}

const rows = await measure(
  {
    bare: operation,
    floor: () => floor(operation),
    'promise layers, five empty': promises.compose(Array(5).fill(promises.passing), operation),
    'closure sinks, five empty': closures.compose(Array(5).fill(closures.passing), operation),
    'call and sink in one, five empty': () => empty.execute(operation),
    'fused, five empty': fused.compose(Array(5).fill(fused.passing), operation),
    'promise layers, timeouts and gates': promises.compose(
      fiveOf({ gate: promises.gate, timeout: promises.timeout }),
      operation,
    ),
    'closure sinks, timeouts and gates': closures.compose(
      fiveOf({ gate: closures.gate, timeout: closures.timeout }),
      operation,
    ),
    'call and sink in one, timeouts and gates': () => five.execute(operation),
    'fused, timeouts and gates': fused.compose(fiveOf({ gate: fused.gate, timeout: fused.timeout }), operation),
  },
  { rounds: 25 },
)
const unit = rows[1]
const cells = rows.map((row) => [
  row.name,
  row.ns.toFixed(0),
  unit === undefined ? '' : timesAsLong(row, unit).toFixed(2),
  row.bytes.toFixed(0),
])
const columns = ['shape', 'ns', '× floor', 'bytes'].map(
  (head, at): Column => ({ head, align: at === 0 ? 'left' : 'right' }),
)
console.log(markdownTable(columns, cells))
