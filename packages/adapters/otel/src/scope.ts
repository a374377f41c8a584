/** The name of the meter and the tracer. */
export const SCOPE: string = '@holdfast/otel'
