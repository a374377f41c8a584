import type { CallOptions } from './call-options.ts'
import { careful } from './careful.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Describable, describing, type PolicyDescription } from './description.ts'
import { execute } from './execute.ts'
import { invoke } from './invoke.ts'
import type { Operation, Run } from './operation.ts'
import { checkFunction, checkMethods, checkOptions, checkText } from './option-checks.ts'

/** Only in types: where a policy keeps what it may answer with, so that a pipeline can tell the union. */
declare const answers: unique symbol

/**
 * A thing that runs an operation and may refuse, delay, repeat, shorten or replace it. `F` is what it may put in place of
 * the operation's own answer.
 */
export interface Policy<out F = never> {
  /** The name it was given; errors and events carry it. */
  readonly name: string
  /** The clock it lives by, where it has one. A pipeline lives by that of its outermost policy that has one. */
  readonly clock?: Clock | undefined
  /** Never there. */
  readonly [answers]?: (() => F) | undefined
  /** Wraps the inside. Called once for each pipeline that the policy is built into; the state stays with the policy. */
  layer(inner: Run): Run
  /** Runs `operation` under this policy. */
  execute<T>(operation: Operation<T>, options?: CallOptions): Promise<T | F>
}

export interface PolicyDefinition {
  /** What kind of policy it is: `'timeout'`. */
  readonly kind: string
  /**
   * The name in errors and events.
   * @default its kind
   */
  readonly name?: string | undefined
  readonly clock?: Clock | undefined
  /** Wraps the inside; see {@link Policy.layer}. */
  readonly layer: (inner: Run) => Run
  /**
   * Says that the layer's run never throws, whatever users' functions do, which saves a net under each call.
   * @default false
   */
  readonly neverThrows?: boolean | undefined
  /** The options as they are at the moment, for {@link describe}. */
  readonly options?: (() => object) | undefined
  /** The policies inside, outermost first, for {@link describe}. */
  readonly layers?: (() => readonly PolicyDescription[]) | undefined
}

/** Makes a policy of a layer. State that the layer needs belongs around this call, so that all pipelines share it. */
export function definePolicy<F = never>(definition: PolicyDefinition): Policy<F> & Describable {
  checkOptions('definition', definition)
  const { kind, name = kind, clock, neverThrows = false, options, layers } = definition
  checkText('kind', kind)
  checkFunction('layer', definition.layer)
  if (clock !== undefined) checkMethods('clock', clock, ['now', 'setTimer', 'afterPoll'])
  if (options !== undefined) checkFunction('options', options)
  if (layers !== undefined) checkFunction('layers', layers)
  checkText('name', name)
  const layer = neverThrows ? definition.layer : careful(definition.layer)
  const executor = { name, clock: clock ?? systemClock, run: layer(invoke) }
  return {
    name,
    clock,
    layer,
    execute: (operation, callOptions) => execute(executor, operation, callOptions),
    [describing]: () => ({
      name,
      policy: kind,
      options: options?.() ?? {},
      ...(layers === undefined ? {} : { layers: layers() }),
    }),
  }
}
