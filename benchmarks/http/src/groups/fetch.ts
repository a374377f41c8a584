import { resilientFetch } from '@holdfast/fetch'
import type { Group } from '../group.ts'

const plain = resilientFetch()
const full = resilientFetch({ attemptTimeout: 5_000, limit: 100, maxExtraLoad: 0.05, deadlineHeader: true })

export const fetching: Group = {
  name: 'fetch',
  base: 'fetch',
  contenders: {
    fetch: async (url) => (await fetch(url)).text(),
    'fetch with a signal': async (url) => (await fetch(url, { signal: new AbortController().signal })).text(),
    'resilientFetch()': async (url) => (await plain(url)).text(),
    'resilientFetch, everything on': async (url) => (await full(url)).text(),
  },
  lines: { 'resilientFetch()': 1.1 },
}
