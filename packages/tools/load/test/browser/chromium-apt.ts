import { execFile } from 'node:child_process'

/** Test files that run side by side get here together, so all of it happens under flock: whoever comes second finds the work done. */
const script = `
set -e
command -v chromium >/dev/null && exit 0
install() { apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends chromium; }
install || { apt-get update && install; }
`

/** The same for everybody, whatever TMPDIR they have. */
const lock = '/tmp/holdfast-chromium-apt.lock'
const patience = 5 * 60_000

export function installChromium(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return new Promise((resolve, reject) => {
    execFile('flock', [lock, 'sh', '-c', script], { env, timeout: patience }, (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new Error(`${error.message}\n${stdout}${stderr}`.trimEnd().split('\n').slice(-10).join('\n')))
    })
  })
}
