import type { AttemptAnswered, AttemptStarted } from '@holdfast/core'
import { type Attributes, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { errorTypeOf, statusOf } from './error-type.ts'

/** A span for each attempt, active while its operation runs: what that starts, an HTTP client's span for one, is inside it. */
export class AttemptSpans {
  private readonly tracer: Tracer
  private readonly keyLabel: (key: string | undefined) => string | undefined
  private readonly spans = new WeakMap<AttemptStarted, Span>()

  constructor(tracer: Tracer, keyLabel: (key: string | undefined) => string | undefined) {
    this.tracer = tracer
    this.keyLabel = keyLabel
  }

  begin(started: AttemptStarted): void {
    const { policy, attempt, before } = started
    const attributes: Attributes = { 'holdfast.policy.name': policy, 'holdfast.attempt': attempt }
    const key = this.keyLabel(started.key)
    if (key !== undefined) attributes['holdfast.key'] = key
    const span = this.tracer.startSpan(`attempt ${policy}`, {
      attributes: { ...attributes, ...originOf(started.key, before) },
    })
    this.spans.set(started, span)
    const active = trace.setSpan(context.active(), span)
    const outer = started.around
    started.around = (run) => {
      const within = () => context.with(active, run)
      if (outer === undefined) within()
      else outer(within)
    }
  }

  end({ started, outcome, health, before }: AttemptAnswered): void {
    const span = started && this.spans.get(started)
    if (span === undefined) return
    const status = outcome.ok ? statusOf(outcome.value) : undefined
    if (status !== undefined) span.setAttributes({ 'http.response.status_code': status, ...resent(before) })
    const type = errorTypeOf(outcome, health)
    if (type !== undefined) span.setAttribute('error.type', type)
    if (health === 'failure') span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  }
}

/** How often the request had been sent before; the first time says nothing, as the semantic conventions want it. */
function resent(before: number): Attributes {
  return before === 0 ? {} : { 'http.request.resend_count': before }
}

/** What is known at the start of an attempt whose call has an origin for its key, as the HTTP adapters give it. */
function originOf(key: string | undefined, before: number): Attributes {
  const url = key !== undefined && /^https?:\/\//.test(key) ? URL.parse(key) : null
  if (url === null) return {}
  const scheme = url.protocol.slice(0, -1)
  const port = url.port === '' ? { http: 80, https: 443 }[scheme] : Number(url.port)
  return {
    'url.scheme': scheme,
    'server.address': url.hostname,
    ...(port && { 'server.port': port }),
    ...resent(before),
  }
}
