import { careful } from './careful.ts'
import { describe } from './describe.ts'
import { describing } from './description.ts'
import type { Run } from './operation.ts'
import { checkText, wrongType } from './option-checks.ts'
import { definePolicy, type Policy } from './policy.ts'

/** What any of the policies `P` may put in place of an answer. */
export type FallbackOf<P extends readonly Policy<unknown>[]> = [P[number]] extends [never]
  ? never
  : P[number] extends Policy<infer F>
    ? F
    : never

/**
 * Policies in order, outermost first, as one policy. A pipeline can stand in another, and a policy in several: its state
 * is its own, wherever it stands. A name before them is what errors, events and telemetry call it.
 */
export function pipeline<const P extends readonly Policy<unknown>[]>(...policies: P): Policy<FallbackOf<P>>
export function pipeline<const P extends readonly Policy<unknown>[]>(
  name: string,
  ...policies: P
): Policy<FallbackOf<P>>
export function pipeline(...given: readonly [string | Policy<unknown>, ...Policy<unknown>[]] | []): Policy<unknown> {
  const [first] = given
  const name = typeof first === 'string' ? checkText("pipeline's name", first) : undefined
  const policies = (name === undefined ? given : given.slice(1)) as Policy<unknown>[]
  for (const [index, policy] of policies.entries()) {
    if (typeof policy?.layer !== 'function') {
      wrongType(`pipeline's argument ${index + (name === undefined ? 1 : 2)}`, 'a policy', policy)
    }
  }
  return definePolicy({
    kind: 'pipeline',
    name,
    clock: policies.find((policy) => policy.clock !== undefined)?.clock,
    layer: (inner) => policies.reduceRight((run, policy) => layerOf(policy)(run), inner),
    layers: () => policies.map(describe),
  })
}

/** Nobody has seen to it that what another make of policy runs does not throw. */
function layerOf(policy: Policy<unknown>): (inner: Run) => Run {
  const layer = (inner: Run): Run => policy.layer(inner)
  return describing in policy ? layer : careful(layer)
}
