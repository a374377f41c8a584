import type { InstrumentName } from './instruments.ts'
import { type Rule, rules } from './rules.ts'
import type { Labels } from './series.ts'
import { figureIn, type Told, wordIn } from './told.ts'

/** One figure for one instrument, which takes of the labels those that it has. */
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
  const measured: Measurement[] = []
  if (decision !== undefined) measured.push({ instrument: 'holdfast.decisions', value: 1, labels })
  if (counter !== undefined) {
    const value = amount === undefined ? 1 : figureIn(told, amount)
    if (value !== undefined) measured.push({ instrument: counter, value, labels })
  }
  if (duration !== undefined) {
    const [instrument, field] = duration
    const ms = figureIn(told, field)
    if (ms !== undefined) measured.push({ instrument, value: ms / 1_000, labels })
  }
  return measured
}
