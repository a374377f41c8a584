import { type InstrumentName, instruments } from './instruments.ts'
import { type Rule, rules } from './rules.ts'
import type { Labels } from './series.ts'
import { figureIn, type Told, wordIn } from './told.ts'

/** One figure for one instrument. */
export interface Measurement {
  readonly instrument: InstrumentName
  readonly value: number
  readonly labels: Labels
}

/** How an event of the channel `holdfast:<kind>` is measured, if it is known. */
export function ruleOf(kind: string, told: Told): Rule | undefined {
  const known = rules[kind]
  return known !== undefined && Object.hasOwn(known, told.type) ? known[told.type] : undefined
}

/** What an event comes to; `key` is its key as it is shown. */
export function measurementsOf(kind: string, rule: Rule, told: Told, key: string | undefined): Measurement[] {
  const labels: Labels = {
    'holdfast.policy.name': told.policy,
    'holdfast.policy.kind': kind,
    'holdfast.decision': rule.decision,
    'holdfast.reason': wordIn(told, rule.reason),
    'holdfast.state': rule.state ?? wordIn(told, rule.stateField),
    'holdfast.observed': told['observed'] === true ? true : undefined,
    'error.type': wordIn(told, 'code') ?? wordIn(told, 'cause'),
    'holdfast.key': key,
  }
  const { decision, counter, amount, duration } = rule
  return [
    ...(decision === undefined ? [] : measured('holdfast.decisions', 1, labels)),
    ...(counter === undefined ? [] : measured(counter, amount === undefined ? 1 : figureIn(told, amount), labels)),
    ...(duration === undefined ? [] : measured(duration[0], seconds(figureIn(told, duration[1])), labels)),
  ]
}

/** An instrument takes of all labels those that it has. */
function measured(instrument: InstrumentName, value: number | undefined, labels: Labels): Measurement[] {
  if (value === undefined) return []
  const own = instruments[instrument].attributes.map((name) => [name, labels[name]])
  return [{ instrument, value, labels: Object.fromEntries(own) }]
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
