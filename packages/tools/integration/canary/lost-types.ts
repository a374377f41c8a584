import { type Call, pipeline } from '@holdfast/core'
import { timeout } from '@holdfast/timeout'

// Every marked line is wrong, and the type checker has to say so; the others are right. A marked line that passes shows a type that
// was lost on the way, to `any` most likely: then the types tests of the packages would pass whatever they claim.

declare const call: Call

export const attempt: number = call.attempt
export const wrongAttempt: string = call.attempt // must fail
export const noSuchMember: unknown = call.noSuchMember // must fail

export const answer: Promise<number> = timeout(100).execute(() => 1)
export const wrongAnswer: Promise<string> = timeout(100).execute(() => 1) // must fail
export const through: Promise<number> = pipeline(timeout(100)).execute(() => 1)
export const wrongThrough: Promise<string> = pipeline(timeout(100)).execute(() => 1) // must fail

export const wrongOption: unknown = timeout('soon') // must fail
export const noSuchOption: unknown = timeout({ timeout: 100, noSuchOption: true }) // must fail
export const noPolicy: unknown = pipeline(1) // must fail
