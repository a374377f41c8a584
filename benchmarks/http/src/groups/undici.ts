import { resilientDispatch } from '@holdfast/undici'
import { Agent, type Dispatcher, interceptors, request } from 'undici'
import type { Contender, Group } from '../group.ts'

const CONNECTIONS = 10

function through(...all: Dispatcher.DispatcherComposeInterceptor[]): Contender {
  const agent = new Agent({ connections: CONNECTIONS })
  const dispatcher = all.length > 0 ? agent.compose(...all) : agent
  return async (url) => {
    const { body } = await request(url, { dispatcher })
    return body.text()
  }
}

const everything = { attemptTimeout: 5_000, limit: 100, maxExtraLoad: 0.05, deadlineHeader: true }

export const dispatching: Group = {
  name: 'undici',
  base: 'request',
  contenders: {
    request: through(),
    "through undici's retry()": through(interceptors.retry()),
    'through resilientDispatch()': through(resilientDispatch()),
    'through resilientDispatch, everything on': through(resilientDispatch(everything)),
  },
  lines: { 'through resilientDispatch()': 1.12 },
}
