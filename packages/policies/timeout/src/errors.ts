export { TimeoutError } from '@holdfast/core'
