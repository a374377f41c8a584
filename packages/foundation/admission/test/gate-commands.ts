import fc from 'fast-check'
import type { Gate } from '../src/index.ts'
import type { GateModel } from './gate-model.ts'
import { PRIORITIES, Someone } from './waiter.ts'

type Real = Gate<Someone>

/** As an assertion, and a hundred times quicker. */
function same(what: string, real: unknown, model: unknown): void {
  if (real !== model) throw new Error(`${what}: ${String(model)} was expected`)
}

/** One step of a story, told of the model and of the gate, which agree on it and afterwards. */
class Step implements fc.Command<GateModel, Real> {
  private readonly name: string
  private readonly play: (model: GateModel, real: Real) => void

  constructor(name: string, play: (model: GateModel, real: Real) => void) {
    this.name = name
    this.play = play
  }

  check(): boolean {
    return true
  }

  run(model: GateModel, real: Real): void {
    this.play(model, real)
    same('taken', real.taken, model.taken)
    same('size', real.queue.size, model.waiting.length)
    same('next', real.queue.next(), model.inTurn()[0])
  }

  toString(): string {
    return this.name
  }
}

const anyone = fc
  .record({
    weight: fc.integer({ min: 1, max: 4 }),
    priority: fc.constantFrom(...PRIORITIES),
    patient: fc.boolean(),
  })
  // Nobody waits in two places: each story has people of its own.
  .map((traits) => ({ traits, make: () => new Someone(JSON.stringify(traits), traits) }))

function picked(among: readonly Someone[], index: number): Someone | undefined {
  return among[index % Math.max(1, among.length)]
}

const enter = anyone.map(({ traits, make }) => {
  return new Step(`enter(${JSON.stringify(traits)})`, (model, real) => {
    same('entered', real.enter(traits.weight, traits.priority), model.enter(make()))
  })
})

const wait = anyone.map(({ traits, make }) => {
  return new Step(`wait(${JSON.stringify(traits)})`, (model, real) => {
    const newcomer = make()
    const excess = model.wait(newcomer)
    if (!traits.patient) same('place', real.queue.hasPlaceFor(traits.priority), excess !== newcomer)
    same('excess', real.queue.add(newcomer, 0), excess)
  })
})

const leave = fc.nat().map((index) => {
  return new Step(`leave(${index})`, (model, real) => {
    const leaver = picked(model.inside, index)
    if (leaver === undefined) return
    model.inside = model.inside.filter((one) => one !== leaver)
    real.leave(leaver.weight)
  })
})

const abort = fc.nat().map((index) => {
  return new Step(`abort(${index})`, (model, real) => {
    const leaver = picked(model.waiting, index)
    if (leaver === undefined) return
    model.remove(leaver)
    same('left', real.queue.remove(leaver), true)
    same('left again', real.queue.remove(leaver), false)
  })
})

const admit = fc.constant(
  new Step('admit()', (model, real) => {
    same('admitted', real.admit(), model.admit())
  }),
)

const force = fc.integer({ min: 1, max: 4 }).map((weight) => {
  return new Step(`force(${weight})`, (model, real) => {
    model.inside.push(new Someone('forced', { weight }))
    real.force(weight)
  })
})

const limit = fc.integer({ min: 1, max: 6 }).map((to) => {
  return new Step(`limit = ${to}`, (model, real) => {
    model.limit = to
    real.limit = to
  })
})

const maxQueued = fc.integer({ min: 0, max: 5 }).map((to) => {
  return new Step(`maxQueued = ${to}`, (model, real) => {
    model.maxQueued = to
    real.queue.maxQueued = to
  })
})

const order = fc.constantFrom('fifo' as const, 'lifo' as const).map((to) => {
  return new Step(`order = ${to}`, (model, real) => {
    model.order = to
    real.queue.order = to
    same('order', real.queue.order, to)
  })
})

/** Stories in which most steps are people who come and go. */
export const commands: fc.Arbitrary<Iterable<fc.Command<GateModel, Real>>> = fc.commands(
  [enter, enter, wait, wait, wait, leave, leave, abort, admit, admit, force, limit, maxQueued, order],
  { maxCommands: 40 },
)
