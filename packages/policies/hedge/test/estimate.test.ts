import { describe, expect, it } from 'vitest'
import { bucketOf, endOf } from '../src/buckets.ts'
import { Estimate } from '../src/estimate.ts'

function answered(estimate: Estimate, times: number, ms: number): void {
  for (let i = 0; i < times; i++) estimate.answered(ms)
}

describe('the delay', () => {
  it('is not known before there are enough samples', () => {
    const estimate = new Estimate(0.05, 20)
    answered(estimate, 19, 10)
    expect(estimate.delay()).toBeUndefined()
    estimate.answered(10)
    expect(estimate.delay()).toBe(endOf(bucketOf(10)))
    expect(estimate.samples).toBe(20)
  })

  it('is never known where there are to be Infinity samples', () => {
    const estimate = new Estimate(0.05, Infinity)
    answered(estimate, 1_000, 10)
    expect(estimate.delay()).toBeUndefined()
  })

  it('counts answers as samples, not what was ended or has failed', () => {
    const estimate = new Estimate(0.05, 2)
    estimate.answered(10)
    for (let i = 0; i < 100; i++) estimate.ended(10)
    for (let i = 0; i < 100; i++) estimate.failed()
    expect(estimate.samples).toBe(1)
    expect(estimate.delay()).toBeUndefined()
  })

  it('is worked out anew after 64 records', () => {
    const estimate = new Estimate(0.05, 10)
    answered(estimate, 10, 10)
    const first = estimate.delay()
    answered(estimate, 63, 500)
    expect(estimate.delay()).toBe(first)
    estimate.answered(500)
    expect(estimate.delay()).toBe(endOf(bucketOf(500)))
    for (let i = 0; i < 63; i++) estimate.failed()
    expect(estimate.delay()).toBe(endOf(bucketOf(500)))
    estimate.failed()
    expect(estimate.delay()).toBe(Infinity)
  })

  it('sees calls that were ended, too, among those that make it work it out anew', () => {
    const estimate = new Estimate(0.5, 1)
    answered(estimate, 1, 10)
    expect(estimate.delay()).toBe(endOf(bucketOf(10)))
    for (let i = 0; i < 64; i++) estimate.ended(20)
    expect(estimate.delay()).toBe(Infinity)
  })

  it('is Infinity where more calls fail, and are hedged for it, than may be hedged', () => {
    const estimate = new Estimate(0.05, 10)
    answered(estimate, 90, 10)
    for (let i = 0; i < 10; i++) estimate.failed()
    expect(estimate.delay()).toBe(Infinity)
  })

  it('leaves what fails its part of the share', () => {
    const estimate = new Estimate(0.05, 10)
    for (let ms = 1; ms <= 100; ms++) estimate.answered(ms)
    const failures = 3
    for (let i = 0; i < failures; i++) estimate.failed()
    // Of 103, five per cent are 5.15: three that fail, and two of those that take long.
    expect(estimate.delay()).toBe(endOf(bucketOf(98)))
  })

  it('remembers twenty times as many calls where the share is a twentieth', () => {
    const estimate = new Estimate(0.05, 1)
    answered(estimate, 2_000, 1_000)
    answered(estimate, 1_999, 10)
    estimate.answered(10)
    // 4,000 in all have been halved once: half of what is left is slow.
    expect(estimate.delay()).toBe(endOf(bucketOf(1_000)))
    answered(estimate, 40_000, 10)
    expect(estimate.delay()).toBe(endOf(bucketOf(10)))
  })

  it('follows a change of the settings at once, with the same records', () => {
    const estimate = new Estimate(0.05, 10)
    for (let ms = 1; ms <= 100; ms++) estimate.answered(ms)
    expect(estimate.delay()).toBe(endOf(bucketOf(95)))
    estimate.update(0.5, 10)
    expect(estimate.delay()).toBe(endOf(bucketOf(50)))
    estimate.update(0.5, 101)
    expect(estimate.delay()).toBeUndefined()
    expect(estimate.samples).toBe(100)
  })
})
