/** What pnpm does of its own accord, without a script of that name. */
const builtin = new Set(['install', 'add', 'exec', 'pack', 'publish'])

/** The scripts that a text tells its reader to run with pnpm, in order, each once: `pnpm check`, `npx -y pnpm@12 test`. */
export function scriptsNamed(text: string): string[] {
  const named = [...text.matchAll(/\bpnpm(?:@\d+)? (?:run )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
  return [...new Set(named)].filter((name) => !builtin.has(name))
}
