import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Debian's package starts a service on port 6379 as soon as it is installed, unless policy-rc.d forbids it. Test files that run
 * side by side get here together, so all of it happens under flock, and whoever comes second finds the work done.
 */
const script = `
set -e
command -v redis-server >/dev/null && exit 0
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod +x $policy
fi
install() { apt-get install -y --no-install-recommends redis-server; }
install || { apt-get update && install; }
`

const patience = 5 * 60_000

export function installRedis(): Promise<void> {
  const lock = join(tmpdir(), 'holdfast-redis-apt.lock')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return new Promise((resolve, reject) => {
    execFile('flock', [lock, 'sh', '-c', script], { env, timeout: patience }, (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new Error(`apt-get failed:\n${`${stdout}${stderr}`.trimEnd().split('\n').slice(-10).join('\n')}`))
    })
  })
}
