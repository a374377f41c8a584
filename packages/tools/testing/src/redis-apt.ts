import { execFile } from 'node:child_process'

/**
 * Debian's package starts a service on port 6379 as soon as it is installed, unless policy-rc.d forbids it. Test files
 * that run side by side get here together, so all of it happens under flock, and whoever comes second finds the work
 * done.
 */
const script = `
set -e
command -v redis-server >/dev/null && exit 0
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod +x $policy
fi
install() { apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-server; }
install || { apt-get update && install; }
`

/** The same for everybody, whatever TMPDIR they have. */
const lock = '/tmp/holdfast-redis-apt.lock'
const patience = 5 * 60_000

export function installRedis(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return new Promise((resolve, reject) => {
    execFile('flock', [lock, 'sh', '-c', script], { env, timeout: patience }, (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new Error(lastLines(`${error.message}\n${stdout}${stderr}`)))
    })
  })
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-10).join('\n')
}
