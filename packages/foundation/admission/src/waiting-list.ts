/** What a list keeps in its members, so that any of them can leave without a search. */
export interface Linked<W extends Linked<W>> {
  /** The list that it is in. */
  list: WaitingList<W> | undefined
  older: W | undefined
  newer: W | undefined
}

/** Members in the order in which they came. Joining and leaving are O(1) and allocate nothing. */
export class WaitingList<W extends Linked<W>> {
  oldest: W | undefined = undefined
  newest: W | undefined = undefined
  size = 0

  add(member: W): void {
    const { newest } = this
    member.list = this
    member.older = newest
    member.newer = undefined
    if (newest === undefined) this.oldest = member
    else newest.newer = member
    this.newest = member
    this.size++
  }

  remove(member: W): void {
    const { older, newer } = member
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    member.list = undefined
    member.older = undefined
    member.newer = undefined
    this.size--
  }
}
