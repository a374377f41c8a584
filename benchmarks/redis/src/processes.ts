import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Order } from './cell.ts'

const worker = fileURLToPath(new URL('worker.ts', import.meta.url))

/** A process of clients. */
export interface Clients {
  ask<T>(order: Order): Promise<T>
  end(): void
}

export async function startClients(port: number): Promise<Clients> {
  const child = fork(worker, [String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  })
  await answer(child)
  return {
    async ask(order) {
      child.send(order)
      return (await answer(child)) as never
    },
    end: () => child.disconnect(),
  }
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a process of clients ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.removeListener('exit', onExit)
      resolve(message)
    })
  })
}
