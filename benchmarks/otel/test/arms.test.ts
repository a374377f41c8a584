import { expect, it } from 'vitest'
import { arms, call } from '../src/arms.ts'

it.each(Object.entries(arms))('%s answers', async (_name, arm) => {
  using _arm = arm()
  expect(await call()).toBe(42)
})
