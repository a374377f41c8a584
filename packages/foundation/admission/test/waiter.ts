import type { Priority } from '@holdfast/core'
import type { Waiter, WaitingList } from '../src/index.ts'

export const PRIORITIES: readonly Priority[] = ['background', 'normal', 'critical']

/** The least that can wait. */
export class Someone implements Waiter<Someone> {
  readonly name: string
  readonly weight: number
  readonly priority: Priority
  readonly patient: boolean
  since = 0
  turn = 0
  list: WaitingList<Someone> | undefined = undefined
  older: Someone | undefined = undefined
  newer: Someone | undefined = undefined

  constructor(
    name: string,
    {
      weight = 1,
      priority = 'normal',
      patient = false,
    }: { weight?: number; priority?: Priority; patient?: boolean } = {},
  ) {
    this.name = name
    this.weight = weight
    this.priority = priority
    this.patient = patient
  }
}
