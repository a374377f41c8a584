import { type ResilientFetch, resilientFetch } from '@holdfast/fetch'

export interface Order {
  readonly item: string
  readonly count: number
}

/** The client of an order service. All of it is plain fetch; what keeps it up is in the one that it is given. */
export class OrderClient {
  private readonly url: string
  private readonly fetch: ResilientFetch

  constructor(url: string, fetch: ResilientFetch) {
    this.url = url
    this.fetch = fetch
  }

  /** Reads are idempotent, and tried again by themselves. */
  async list(): Promise<Order[]> {
    const response = await this.fetch(`${this.url}/orders`)
    if (!response.ok) throw new Error(`the orders could not be read: ${response.status}`)
    return (await response.json()) as Order[]
  }

  /** The key lets the service know an order again that it has seen, so that this POST may be tried again as well. */
  async place(order: Order): Promise<void> {
    const body = JSON.stringify(order)
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body }
    const response = await this.fetch(`${this.url}/orders`, init, { idempotencyKey: true })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the order was not placed: ${response.status}`)
  }
}

/** One for the whole program: it keeps a breaker and a budget for each service. */
export const client: ResilientFetch = resilientFetch({
  timeout: 5_000,
  attemptTimeout: 1_000,
  breaker: { consecutive: 3 },
})
