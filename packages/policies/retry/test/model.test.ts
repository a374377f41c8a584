import { budget } from '@holdfast/budget'
import { classify, pipeline, RefusedError, TimeoutError } from '@holdfast/core'
import { manualClock } from '@holdfast/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { retry } from '../src/index.ts'
import { watched } from './watched.ts'

class Refusal extends RefusedError {
  readonly code = 'ERR_REFUSAL'
}

/** What the operation does in one attempt. */
interface Step {
  readonly kind: 'success' | 'failure' | 'pushback' | 'neutral' | 'refusal'
  readonly as: 'value' | 'error'
  readonly duration: number
  readonly retryAfter: number
}

interface World {
  readonly steps: readonly Step[]
  readonly delays: readonly number[]
  readonly maxAttempts: number
  readonly maxWait: number
  readonly retryRefused: boolean
  readonly initial: number
  /** The call's whole time; never the same moment as anything else. */
  readonly deadline: number
  /** When the caller gives up; never the same moment as anything else. */
  readonly abort: number
}

interface Story {
  readonly starts: number[]
  end: string
  balance: number
}

const LONGEST = 6

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('success', 'failure', 'failure', 'failure', 'pushback', 'neutral', 'refusal'),
    as: fc.constantFrom('value', 'error'),
    duration: fc.integer({ min: 0, max: 50 }),
    retryAfter: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  }),
  { minLength: LONGEST, maxLength: LONGEST },
)
const worlds = fc.record<World>({
  steps,
  delays: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: LONGEST, maxLength: LONGEST }),
  maxAttempts: fc.integer({ min: 1, max: LONGEST }),
  maxWait: fc.oneof(fc.constant(60_000), fc.integer({ min: 1, max: 150 })),
  retryRefused: fc.boolean(),
  initial: fc.integer({ min: 0, max: 5 }),
  deadline: fc.oneof(
    fc.constant(Infinity),
    fc.integer({ min: 0, max: 400 }).map((ms) => ms + 0.25),
  ),
  abort: fc.oneof(
    fc.constant(Infinity),
    fc.integer({ min: 0, max: 400 }).map((ms) => ms + 0.5),
  ),
})

const failed = (step: Step, attempt: number): string =>
  step.kind === 'refusal' ? `refusal ${attempt}` : `${step.as} ${attempt}`

/** What should happen, told in the simplest way. */
function model(world: World): Story {
  const { deadline, abort } = world
  const story: Story = { starts: [], end: '', balance: world.initial }
  const ended = (end: string): Story => Object.assign(story, { end })
  let now = 0
  for (const [index, step] of world.steps.entries()) {
    const attempt = index + 1
    story.starts.push(now)
    now += step.duration
    if (Math.min(deadline, abort) < now) return ended(deadline < abort ? 'timeout' : 'abort')
    const retried = step.kind === 'failure' || (step.kind === 'refusal' && world.retryRefused)
    if (!retried || attempt === world.maxAttempts) return ended(failed(step, attempt))
    const delay = Math.max(world.delays[index] ?? 0, step.retryAfter)
    if (delay > world.maxWait || now + delay >= deadline) return ended(failed(step, attempt))
    if (story.balance < 1) return ended(failed(step, attempt))
    if (abort < now + delay) return ended('abort')
    story.balance--
    now += delay
  }
  return story
}

/** What does happen. */
async function play(world: World): Promise<Story> {
  const clock = manualClock({ settling: 'microtasks' })
  const account = budget({ initial: world.initial, ratio: 0 })
  const caller = new AbortController()
  const starts: number[] = []
  const policy = pipeline(
    classify((outcome, { attempt }) => {
      const { kind, retryAfter } = world.steps[attempt - 1] as Step
      if (!outcome.ok && outcome.error instanceof Refusal) return { health: 'neutral', retry: false }
      if (kind === 'failure') return { health: 'failure', retry: true, retryAfter }
      return { health: kind === 'pushback' ? 'failure' : kind === 'refusal' ? 'neutral' : kind, retry: false }
    }),
    retry({
      clock,
      budget: account,
      backoff: (attempt) => world.delays[attempt - 1] as number,
      maxAttempts: world.maxAttempts,
      maxWait: world.maxWait,
      retryRefused: world.retryRefused,
    }),
  )

  const seen = watched(
    policy.execute(
      ({ attempt }) => {
        const step = world.steps[attempt - 1] as Step
        starts.push(clock.now())
        const answer = (): string => {
          if (step.kind === 'refusal') {
            throw Object.assign(new Refusal('no', { policy: 'test', retryAfter: step.retryAfter }), { attempt })
          }
          if (step.as === 'value') return failed(step, attempt)
          throw failed(step, attempt)
        }
        if (step.duration === 0) return answer()
        return new Promise<void>((resolve) => clock.setTimer(resolve, step.duration)).then(answer)
      },
      { timeout: world.deadline, signal: caller.signal },
    ),
  )
  if (world.abort < Infinity) clock.setTimer(() => caller.abort('abort'), world.abort)
  await clock.runAll()
  expect(clock.retained).toBe(0)
  return { starts, end: told(seen.value ?? seen.error), balance: account.balance }
}

function told(end: unknown): string {
  if (end instanceof TimeoutError) return 'timeout'
  return end instanceof Refusal ? `refusal ${(end as Refusal & { attempt: number }).attempt}` : String(end)
}

it('does what a slow and obvious model does, whatever happens when', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      expect(await play(world)).toEqual(model(world))
    }),
    { numRuns: 10_000 },
  )
}, 60_000)
