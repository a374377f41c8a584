import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manualClock } from '../src/manual-clock.ts'

/** What is done when a timer or a poll comes, or before time moves at all. */
type Deed =
  | { readonly do: 'timer'; readonly ms: number; readonly deeds: readonly Deed[] }
  | { readonly do: 'poll'; readonly deeds: readonly Deed[] }
  | { readonly do: 'promise'; readonly steps: number; readonly deed: Deed }
  | { readonly do: 'cancel'; readonly which: number }

type Move = { readonly do: 'advance'; readonly ms: number } | { readonly do: 'next' } | { readonly do: 'settle' }

/** The clock once more, slow and obvious: lists that are searched and sorted. */
function model(): {
  runAll(deeds: readonly Deed[]): void
  move(move: Move): void
  readonly log: string[]
  readonly now: number
  readonly pending: number
} {
  const log: string[] = []
  let timers: { id: number; due: number; deeds: readonly Deed[] }[] = []
  let polls: { id: number; deeds: readonly Deed[] }[] = []
  let now = 0
  let ids = 0

  function run(deed: Deed): void {
    if (deed.do === 'timer') timers.push({ id: ids++, due: now + deed.ms, deeds: deed.deeds })
    else if (deed.do === 'poll') polls.push({ id: ids++, deeds: deed.deeds })
    else if (deed.do === 'cancel') timers = timers.filter(({ id }) => id !== deed.which % Math.max(1, ids))
    else run(deed.deed)
  }

  function runAll(deeds: readonly Deed[]): void {
    for (const deed of deeds) if (deed.do !== 'promise') run(deed)
    for (const deed of deeds) if (deed.do === 'promise') run(deed)
  }

  function fire({ id, deeds }: { id: number; deeds: readonly Deed[] }): void {
    log.push(`${id} at ${now}`)
    runAll(deeds)
  }

  function turn(withTimers: boolean): boolean {
    const due = timers.filter((timer) => withTimers && timer.due <= now).sort((a, b) => a.due - b.due || a.id - b.id)
    for (const timer of due) {
      if (!timers.includes(timer)) continue
      timers = timers.filter((other) => other !== timer)
      fire(timer)
    }
    const polled = polls
    polls = []
    for (const poll of polled) fire(poll)
    return due.length + polled.length > 0
  }

  function moveTo(time: number): void {
    for (;;) {
      while (turn(true));
      const next = Math.min(...timers.map(({ due }) => due))
      if (next > time) break
      now = next
    }
    now = time
  }

  return {
    runAll,
    move(move) {
      if (move.do === 'advance') return moveTo(now + move.ms)
      while (turn(false));
      const next = Math.min(...timers.map(({ due }) => due))
      if (move.do === 'next' && next < Number.POSITIVE_INFINITY) moveTo(Math.max(now, next))
    },
    log,
    get now() {
      return now
    },
    get pending() {
      return timers.filter(({ due }) => due < Number.POSITIVE_INFINITY).length
    },
  }
}

const ms = fc.constantFrom(0, 0, 0.5, 1, 1, 2, 3, 7, Number.POSITIVE_INFINITY)
const { deed } = fc.letrec<{ deed: Deed; one: Deed }>((tie) => ({
  one: fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('timer' as const), ms, deeds: fc.constant([]) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  ),
  deed: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('one'),
    fc.record({ do: fc.constant('timer' as const), ms, deeds: fc.array(tie('deed'), { maxLength: 4 }) }),
    fc.record({ do: fc.constant('poll' as const), deeds: fc.array(tie('deed'), { maxLength: 3 }) }),
    // All of one length: chains that run side by side get on in step.
    fc.record({ do: fc.constant('promise' as const), steps: fc.constant(50), deed: tie('one') }),
  ),
}))
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(0, 0.5, 1, 2, 5, 20) }),
  fc.constant({ do: 'next' as const }),
  fc.constant({ do: 'settle' as const }),
)

describe.each(['turn', 'microtasks'] as const)('a manual clock that settles by %s', (settling) => {
  it('runs whatever is set, cancelled, polled for and promised in the order of the slow model', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(deed, { maxLength: 6 }), move), { maxLength: 8 }),
        async (program) => {
          const clock = manualClock({ settling })
          const slow = model()
          const log: string[] = []
          const timers = new Map<number, { cancel(): void }>()
          let ids = 0

          function run(one: Deed): void {
            if (one.do === 'timer') {
              const id = ids++
              timers.set(
                id,
                clock.setTimer(() => fire(id, one.deeds), one.ms),
              )
            } else if (one.do === 'poll') {
              const id = ids++
              clock.afterPoll(() => fire(id, one.deeds))
            } else if (one.do === 'cancel') {
              timers.get(one.which % Math.max(1, ids))?.cancel()
            } else {
              void promise(one.steps).then(() => run(one.deed))
            }
          }
          function fire(id: number, deeds: readonly Deed[]): void {
            log.push(`${id} at ${clock.now()}`)
            for (const one of deeds) run(one)
          }

          for (const [deeds, how] of program) {
            for (const one of deeds) run(one)
            slow.runAll(deeds)
            if (how.do === 'advance') await clock.advance(how.ms)
            else if (how.do === 'next') await clock.next()
            else await clock.settle()
            slow.move(how)
            expect(log).toEqual(slow.log)
            expect([clock.now(), clock.pending]).toEqual([slow.now, slow.pending])
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

async function promise(steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) await null
}
