import { isReadable } from 'node:stream'
import { type BodyEnd, branchesOf } from './body-end.ts'
import { Stamp } from './stamp.ts'

type Bytes = ReadableStream<Uint8Array>

const tracking = new WeakMap<object, object>()

/**
 * Tells `end` when `stream` is over, whoever reads it and however. The stream stays what it is, the same object with the same
 * bytes: only its methods are overlaid, because nothing else tells of the end of a stream that somebody else reads.
 */
export function trackStream(stream: Bytes, end: BodyEnd): void {
  const known = Stamp.of(stream) !== undefined
  Stamp.put(stream, end)
  if (known) return
  const prototype: object = Object.getPrototypeOf(stream)
  let overlay = tracking.get(prototype)
  if (overlay === undefined) {
    overlay = overlayOn(prototype as Bytes)
    tracking.set(prototype, overlay)
  }
  if (!Reflect.setPrototypeOf(stream, overlay)) end.end()
}

function endOf(stream: object): void {
  Stamp.of(stream)?.end()
}

/** A reader that was released has not ended the stream; whoever reads on is followed then. */
function endUnlessReadable(stream: object): void {
  if (!isReadable(stream as NodeJS.ReadableStream)) endOf(stream)
}

/** Whoever gave it up may have left it for others. */
function cancelledUnlessReadable(stream: object): void {
  if (!isReadable(stream as NodeJS.ReadableStream)) Stamp.of(stream)?.cancelled()
}

function quietly(settled: Promise<unknown>, then: () => void): void {
  settled.then(then, then)
}

function overlayOn(plain: Bytes): object {
  const overlay: object = Object.create(plain)
  const methods = {
    getReader(this: Bytes, ...args: unknown[]) {
      const reader: ReadableStreamDefaultReader<Uint8Array> = Reflect.apply(plain.getReader, this, args)
      const { cancel } = reader
      reader.cancel = (reason?: unknown) => {
        Stamp.of(this)?.cancelled()
        return Reflect.apply(cancel, reader, [reason])
      }
      quietly(reader.closed, () => endUnlessReadable(this))
      return reader
    },
    cancel(this: Bytes, reason?: unknown) {
      const cancelled = Reflect.apply(plain.cancel, this, [reason])
      quietly(cancelled, () => cancelledUnlessReadable(this))
      return cancelled
    },
    pipeTo(this: Bytes, ...args: unknown[]) {
      const piped: Promise<void> = Reflect.apply(plain.pipeTo, this, args)
      piped.then(
        () => endUnlessReadable(this),
        () => cancelledUnlessReadable(this),
      )
      return piped
    },
    pipeThrough(this: Bytes, ...args: unknown[]) {
      const [pair, options] = args as [{ readable: Bytes; writable: WritableStream<Uint8Array> }, object?]
      // The platform's own says what is wrong with the arguments; its pipe would be out of sight.
      if (this.locked || !isPair(pair) || pair.writable.locked) return Reflect.apply(plain.pipeThrough, this, args)
      quietly(methods.pipeTo.call(this, pair.writable, options), () => {})
      return pair.readable
    },
    tee(this: Bytes) {
      const branches: [Bytes, Bytes] = Reflect.apply(plain.tee, this, [])
      const end = Stamp.of(this)
      if (end === undefined) return branches
      const ends = branchesOf(end)
      trackStream(branches[0], ends[0])
      trackStream(branches[1], ends[1])
      return branches
    },
    values(this: Bytes, ...args: unknown[]) {
      const iterator: AsyncIterableIterator<Uint8Array> = Reflect.apply(plain.values, this, args)
      return followed(iterator, this)
    },
  }
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(overlay, name, hidden(value))
  Object.defineProperty(overlay, Symbol.asyncIterator, hidden(methods.values))
  return overlay
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true }
}

function isPair(pair: unknown): boolean {
  if (typeof pair !== 'object' || pair === null || !('readable' in pair) || !('writable' in pair)) return false
  return pair.readable instanceof ReadableStream && pair.writable instanceof WritableStream
}

/** The same iterator; each step looks whether the stream is over. */
function followed(iterator: AsyncIterableIterator<Uint8Array>, stream: Bytes): AsyncIterableIterator<Uint8Array> {
  type Step<A extends unknown[]> = (...args: A) => Promise<IteratorResult<Uint8Array>>
  const step = <A extends unknown[]>(method: Step<A>, over: (stream: object) => void): Step<A> => {
    return (...args) => {
      const stepped = Reflect.apply(method, iterator, args)
      quietly(stepped, () => over(stream))
      return stepped
    }
  }
  const own: AsyncIterableIterator<Uint8Array> = Object.create(iterator)
  own.next = step(iterator.next, endUnlessReadable)
  if (iterator.return !== undefined) own.return = step(iterator.return, cancelledUnlessReadable)
  return own
}
