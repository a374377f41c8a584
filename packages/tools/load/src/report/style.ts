/** As many arms have colours of their own; further ones begin anew. */
export const colours = 6

const palette = `:root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1b1b1a; --soft: #5c5b57; --line: #e3e2dd;
  --good: #0a7a3d; --bad: #c0282d; --shade: #f1e4c8; --open: #d64545; --half: #e0a100; --closed: #2f9e62; --isolated: #7a7974;
  --arm-0: #c2410c; --arm-1: #1d6fd1; --arm-2: #0f8a6d; --arm-3: #6b4fc4; --arm-4: #a8326f; --arm-5: #6b7280 }
@media (prefers-color-scheme: dark) { :root { --page: #161615; --card: #1f1f1d; --ink: #f2f1ec; --soft: #b3b1a8; --line: #3a3935;
  --good: #4fc581; --bad: #ff7b7b; --shade: #3d3420; --open: #e66767; --half: #e2b33c; --closed: #45b87c; --isolated: #8f8d85;
  --arm-0: #f08a4b; --arm-1: #62a4f0; --arm-2: #3fc2a0; --arm-3: #a892f5; --arm-4: #e283b4; --arm-5: #a3aab5 } }
`

const plots = `.mark { fill: var(--soft) } .grid { stroke: var(--line) } .level { stroke: var(--soft); stroke-dasharray: 2 4 }
.shade { fill: var(--shade) } .note { fill: transparent } .note:hover { fill: color-mix(in srgb, var(--ink) 8%, transparent) }
.line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round } .thin { stroke-width: 1.5; stroke-dasharray: 2 3 }
.area { fill: currentColor; opacity: .18; stroke: none }
.state.open { fill: var(--open) } .state.half-open { fill: var(--half) } .state.closed { fill: var(--closed) } .state.isolated { fill: var(--isolated) }
.ink-open { color: var(--open) } .ink-half { color: var(--half) } .ink-closed { color: var(--closed) }
${Array.from({ length: colours }, (_, arm) => `.arm-${arm} { color: var(--arm-${arm}) }`).join(' ')}
`

/** The style of a page with plots. */
export const style: string = `
${palette}* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1280px; padding: 24px 16px 48px; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 4px } h2 { font-size: 1.1rem; margin: 28px 0 8px }
p { margin: 4px 0; max-width: 72ch } .soft { color: var(--soft) }
.verdicts { list-style: none; margin: 16px 0; padding: 0 } .verdicts li { padding: 6px 0; border-top: 1px solid var(--line) }
.pass::before { content: "✓ "; color: var(--good); font-weight: 700 } .fail::before { content: "✗ "; color: var(--bad); font-weight: 700 }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; overflow-wrap: normal }
th, td { padding: 6px 12px 6px 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400 }
th:first-child, td:first-child { text-align: left } thead th { color: var(--soft); font-size: .85rem }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 20px 0 4px; padding: 0; list-style: none }
.key { display: inline-block; width: 22px; height: 4px; border-radius: 2px; margin-right: 8px; vertical-align: middle; background: currentColor }
.block { height: 12px; width: 14px }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 16px }
figure { margin: 0; padding: 14px 14px 8px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; min-width: 0 }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: 4px }
svg { display: block; width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif }
svg.narrow { display: none } @media (max-width: 640px) { svg.wide { display: none } svg.narrow { display: block } }
${plots}section + section { margin-top: 56px; padding-top: 32px; border-top: 2px solid var(--line) }
@media print { body { max-width: none } figure { break-inside: avoid } }
`

/** The style of a picture of plots. */
export const pictureStyle: string = `
${palette}svg { font: 12px system-ui, sans-serif } .page { fill: var(--page) } .card { fill: var(--card); stroke: var(--line) }
.ink { fill: var(--ink) } .name { font-size: 20px; font-weight: 700 } .caption { font-size: 14px; font-weight: 600 } .arm { font-size: 14px }
${plots}`
