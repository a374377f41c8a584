import { serve, tell } from '../process/inside.ts'
import { listen } from '../process/listen.ts'
import type { UpstreamStart, UpstreamWord } from '../process/messages.ts'
import { type UpstreamServer, upstreamServer } from './upstream-server.ts'

let upstream: UpstreamServer | undefined

serve<UpstreamStart>({
  async start({ plan, seed }) {
    upstream = upstreamServer(plan, seed)
    tell<UpstreamWord>({ type: 'listening', url: await listen(upstream.server) })
  },
  begin: (time) => upstream?.begin(time),
  read() {
    if (upstream !== undefined) tell<UpstreamWord>({ type: 'counts', counts: upstream.read() })
  },
})
