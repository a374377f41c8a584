import { expect, it } from 'vitest'
import { html } from '../../src/report/markup.ts'
import { areaPath, linePath } from '../../src/report/path.ts'

it('escapes what is put into markup, and leaves markup as it is', () => {
  const inner = html`<b>${'<script>alert("x")</script>'} & ${3}</b>`
  expect(html`<p title="${`"'&`}">${[inner, '!']}</p>`.markup).toBe(
    '<p title="&#34;&#39;&#38;"><b>&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; & 3</b>!</p>',
  )
})

it('draws a line with a gap where there is no number', () => {
  const points = [
    [0, 1],
    [1, 2.26],
    [2, Number.NaN],
    [3, 4],
  ] as const
  expect(linePath(points)).toBe('M0 1L1 2.3M3 4')
})

it('draws an area around two lines, and none around nothing', () => {
  expect(
    areaPath(
      [
        [0, 5],
        [1, 5],
      ],
      [
        [0, 1],
        [1, 1],
      ],
    ),
  ).toBe('M0 5L1 5L1 1L0 1Z')
  expect(areaPath([], [])).toBe('')
})
