import { checkNumber, checkOneOf, checkOptions, type Random, wrongType, wrongValue } from '@holdfast/core'

/** Anything from `min` to `max` ms, all equally likely. */
export interface Uniform {
  readonly type: 'between'
  readonly min: number
  readonly max: number
}

/** Mostly short and now and then long. */
export interface Exponential {
  readonly type: 'exponentially'
  readonly mean: number
}

/** One of several, each as often as its weight says. */
export interface Mixture {
  readonly type: 'mixture'
  readonly parts: readonly (readonly [weight: number, latency: Latency])[]
}

/** How long something takes, in ms: always the same, or as the dice fall. Plain data, so that it can be handed to another process. */
export type Latency = number | Uniform | Exponential | Mixture

const types = ['between', 'exponentially', 'mixture'] as const

/** Anything from `min` to `max` ms, all equally likely. */
export function between(min: number, max: number): Uniform {
  return checkLatency('between', { type: 'between', min, max })
}

/** Times whose mean is `mean` ms, of which one in twenty is three times as long. */
export function exponentially(mean: number): Exponential {
  return checkLatency('exponentially', { type: 'exponentially', mean })
}

/** One of several latencies, each as often as its weight says: `mixture([98, between(5, 15)], [2, 300])`. */
export function mixture(...parts: readonly (readonly [weight: number, latency: Latency])[]): Mixture {
  return checkLatency('mixture', { type: 'mixture', parts })
}

/** How long it takes this time. */
export function drawn(latency: Latency, random: Random): number {
  if (typeof latency === 'number') return latency
  switch (latency.type) {
    case 'between':
      return latency.min + random() * (latency.max - latency.min)
    case 'exponentially':
      return -Math.log(1 - random()) * latency.mean
    case 'mixture':
      return drawn(partAt(latency, random()), random)
  }
}

/** The part of a mixture at a share of its whole weight, from 0 up to 1. */
function partAt({ parts }: Mixture, share: number): Latency {
  let left = share * parts.reduce((sum, [weight]) => sum + weight, 0)
  const chosen = parts.find(([weight]) => {
    left -= weight
    return left < 0
  })
  return chosen?.[1] ?? 0
}

export function checkLatency<L extends Latency>(name: string, latency: L): L {
  if (typeof latency === 'number') {
    checkMoment(name, latency)
    return latency
  }
  if (typeof latency !== 'object' || latency === null)
    return wrongType(name, 'a number of milliseconds, between(), exponentially() or mixture()', latency)
  const { type } = checkOptions<Exclude<Latency, number>>(name, latency)
  if (checkOneOf(`${name}.type`, type, types) === 'between') checkUniform(name, latency as Uniform)
  else if (type === 'exponentially') checkMoment(`${name}.mean`, (latency as Exponential).mean)
  else checkMixture(name, latency as Mixture)
  return latency
}

function checkUniform(name: string, { min, max }: Uniform): void {
  checkMoment(`${name}.min`, min)
  checkMoment(`${name}.max`, max)
  if (max < min) wrongValue(`${name}.max`, `min (${min}) or more`, max)
}

function checkMixture(name: string, { parts }: Mixture): void {
  if (!Array.isArray(parts)) wrongType(`${name}.parts`, 'an array', parts)
  const weights = parts.map((part, at) => {
    if (!Array.isArray(part) || part.length !== 2) wrongType(`${name}.parts[${at}]`, 'a weight and a latency', part)
    checkLatency(`${name}.parts[${at}][1]`, part[1])
    return checkNumber(`${name}.parts[${at}][0]`, part[0], 'a weight from 0 up', {})
  })
  if (!weights.some((weight) => weight > 0)) wrongValue(name, 'parts of which one has a weight above 0', parts)
}

function checkMoment(name: string, value: unknown): void {
  checkNumber(name, value, 'a number of milliseconds from 0 up', {})
}
